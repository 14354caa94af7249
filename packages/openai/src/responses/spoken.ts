import type { JsonObject, ResponseStream, Session } from "@sallyport/core";
import { unreadable } from "../refusal.ts";
import { textIn, without, type WireEvent } from "../wire.ts";
import type { Told } from "./item-events.ts";
import { textKey, withWords } from "./texts.ts";

/** An event that may leave: what it tells, and how it came, where that may be the same. */
export interface Leaving {
  readonly told: Told;
  readonly came?: WireEvent | undefined;
}

/** A text that is being said in an item. */
export interface SpokenText {
  readonly of: "text" | "reasoning";
  /** its part, before anything was said */
  readonly part: JsonObject;
  said: string;
  shown: string;
  /** a rule changed the words that it was said with */
  changed: boolean;
  ended: boolean;
  /** what places its words; told once it is known that they stay */
  notes: Leaving[];
}

/** A text of which nothing was said yet. */
export function unspoken(of: SpokenText["of"], part: JsonObject): SpokenText {
  return { of, part, said: "", shown: "", changed: false, ended: false, notes: [] };
}

/** The part of a text as it was shown, whatever a copy of it says. */
export function shownPart(spoken: SpokenText, part: JsonObject): JsonObject {
  return !spoken.changed && textIn(part, textKey(part)) === spoken.shown ? part : withWords(part, spoken.shown);
}

/** One output that is being said: texts that follow each other, or one part of reasoning. */
interface Run {
  readonly of: SpokenText["of"];
  readonly stream: ResponseStream;
  readonly texts: Set<SpokenText>;
  /** what was said in it last, and how */
  last: { readonly spoken: SpokenText; readonly told: Told };
  said: string;
  shown: string;
  /** all that was said was shown at once */
  inStep: boolean;
}

/**
 * The texts of a streamed answer: the same outputs as in a whole answer, shown as soon as they may be. What else is told of
 * them (their ends, the begins of others) waits while they are still being said, since their last words may have to wait.
 */
export class Spoken {
  readonly #session: Pick<Session, "respondInParts">;
  #run: Run | undefined;
  #waiting: (() => readonly Leaving[])[] = [];

  constructor(session: Pick<Session, "respondInParts">) {
    this.#session = session;
  }

  /** Says more of a text; `told` is the event that says it. Rejects like `respond`, and then nothing more may be shown. */
  async say(spoken: SpokenText, words: string, { told, came }: Leaving): Promise<readonly Leaving[]> {
    if (words !== "" && spoken.said !== "" && this.#run?.last.spoken !== spoken)
      throw unreadable("the answer goes on with a text after it has said something else");
    const goesOn = this.#run !== undefined && this.#run.of === spoken.of && (spoken.of === "text" || this.#run.last.spoken === spoken);
    const before = goesOn ? this.#flush() : await this.close();
    if (words === "") return [...before, { told, came }];
    const last = { spoken, told };
    const run = (this.#run ??= {
      of: spoken.of,
      stream: this.#session.respondInParts(),
      texts: new Set(),
      last,
      said: "",
      shown: "",
      inStep: true,
    });
    run.last = last;
    run.texts.add(spoken);
    const shown = await run.stream.write(words);
    run.said += words;
    run.shown += shown;
    spoken.said += words;
    spoken.shown += shown;
    run.inStep &&= shown === words;
    if (run.inStep) return [...before, { told, came }];
    return shown === "" ? before : [...before, { told: otherWords(told, shown) }];
  }

  /** What is told of texts beside their words: now, or when what is being said is through. */
  later(tell: () => readonly Leaving[]): readonly Leaving[] {
    if (this.#run === undefined) return tell();
    this.#waiting.push(tell);
    return [];
  }

  /** Ends what is being said; resolves to the rest of it, and to what had to wait for that. */
  async close(): Promise<readonly Leaving[]> {
    const run = this.#run;
    this.#run = undefined;
    if (run === undefined) return [];
    const rest = await run.stream.end();
    const { spoken, told } = run.last;
    spoken.shown += rest;
    if (run.said !== run.shown + rest) for (const text of run.texts) text.changed = true;
    return [...(rest === "" ? [] : [{ told: otherWords(told, rest) }]), ...this.#flush()];
  }

  #flush(): readonly Leaving[] {
    return this.#waiting.splice(0).flatMap((tell) => tell());
  }
}

/** A delta with other words, and without what repeats the old ones. */
function otherWords(told: Told, words: string): Told {
  return { ...without(told, "obfuscation"), delta: words, ...("logprobs" in told ? { logprobs: [] } : {}) };
}
