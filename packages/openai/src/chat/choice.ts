import { isObject, OutputStream, type Json, type JsonObject, type StreamedParts } from "@sallyport/core";
import type { Bench } from "../bench.ts";
import { unreadable } from "../refusal.ts";
import { objectIn, textIn, without } from "../wire.ts";
import type { Sent } from "./events.ts";
import { judgeable, MESSAGE, TEXTS, textOf } from "./members.ts";

/** A piece of a text of a message. */
interface Words {
  readonly member: string;
  readonly text: string;
}

const PARTS: StreamedParts<Words> = {
  read: ({ member, text }) => ({ kind: "delta", of: member === "content" ? "text" : "reasoning", text }),
  delta: ({ member }, text) => ({ member, text }),
  end: (end) => end,
};

/** How many calls an answer may have: more is what the client's own helpers take for an attack. */
const MOST_CALLS = 128;

/** How many members something that comes in parts may have. */
const MOST_MEMBERS = 128;

/** A choice of a streamed answer, as far as it came. */
export class StreamedChoice {
  readonly index: number;
  readonly #bench: Bench;
  readonly #output: "open" | "held";
  /** each text is one output up to its end, whatever is said in between */
  readonly #outputs: ReadonlyMap<string, OutputStream<Words>>;
  readonly #shown = new Map<string, string>();
  #beside = new Map<string, Json>();
  #audio: JsonObject | undefined;
  #annotations: Json[] = [];
  readonly #calls = new Map<number, JsonObject>();
  #legacy: JsonObject | undefined;
  #finish: string | null = null;

  constructor(index: number, bench: Bench, output: "open" | "held") {
    this.index = index;
    this.#bench = bench;
    this.#output = output;
    this.#outputs = new Map(TEXTS.map((member) => [member, new OutputStream(bench.session, PARTS)]));
  }

  /** Takes a part of the message that has no call in it; resolves to what may be shown now, the part itself where it may as it is. */
  async take(part: JsonObject): Promise<JsonObject> {
    const delta = judgeable(part, MESSAGE, this.#output);
    const shown: Record<string, string> = {};
    let said = 0;
    for (const member of TEXTS) {
      const text = textOf(delta, member);
      if (text === undefined || text === "") continue;
      said += 1;
      if (this.#finish !== null) throw unreadable("the answer goes on with a choice that it has ended");
      for (const words of this.#show((await this.#outputs.get(member)?.next({ member, text })) ?? []))
        shown[words.member] = (shown[words.member] ?? "") + words.text;
    }
    const keeps = this.#keep(delta);
    this.#note(delta);
    const isSame = !keeps && Object.keys(shown).length === said && TEXTS.every((member) => (shown[member] ?? "") === (delta[member] ?? ""));
    return isSame ? delta : { ...without(delta, ...TEXTS, ...(keeps ? KEPT : [])), ...shown };
  }

  #show(words: readonly Words[]): readonly Words[] {
    for (const { member, text } of words) this.#shown.set(member, (this.#shown.get(member) ?? "") + text);
    return words;
  }

  /** Keeps back what belongs to words that are not all known yet; whether there was any. */
  #keep(delta: JsonObject): boolean {
    const audio = objectIn(delta, "audio");
    const annotations = delta["annotations"];
    if (audio === undefined && (annotations === undefined || annotations === null)) return false;
    if (audio !== undefined) this.#audio = joinedMembers(this.#audio ?? {}, audio, ["data", "transcript"]);
    if (Array.isArray(annotations)) for (const annotation of annotations) this.#annotations.push(annotation);
    return this.#output === "held";
  }

  /** What stands beside the texts is there once, as the client's own helpers take it. */
  #note(delta: JsonObject): void {
    for (const [key, value] of Object.entries(delta)) if (!SAID.has(key)) this.#beside.set(key, value);
    if (this.#beside.size > MOST_MEMBERS) throw unreadable(`a choice of the answer has more than ${MOST_MEMBERS} members`);
  }

  /** Ends what is being said; resolves to the rest of it that may be shown, and what was kept back for it. */
  async close(): Promise<JsonObject> {
    const rest: Words[] = [];
    for (const outputs of this.#outputs.values()) rest.push(...this.#show(await outputs.close()));
    const audio = this.#audio;
    const annotations = this.#annotations;
    this.#audio = undefined;
    this.#annotations = [];
    const isHeard = audio === undefined || (await this.#isHeard(audio));
    const isChanged = [...this.#outputs.values()].some(({ changed }) => changed);
    const shown: JsonObject = {
      ...(isChanged || annotations.length === 0 ? {} : { annotations }),
      ...(audio !== undefined && isHeard ? { audio } : {}),
    };
    for (const [key, value] of Object.entries(shown)) this.#beside.set(key, value);
    const words = Object.fromEntries(rest.map(({ member, text }) => [member, text]));
    // where nothing was held back it went out as it came
    return this.#output === "held" ? { ...words, ...shown } : words;
  }

  /** A sound is what its words are: it leaves only with all of them. */
  async #isHeard(audio: JsonObject): Promise<boolean> {
    const transcript = textIn(audio, "transcript") ?? "";
    if (transcript === "") return this.#output === "open";
    return (await this.#bench.session.respond(transcript)) === transcript;
  }

  /** Takes the part of calls; nothing of it is shown. */
  takeCalls(delta: JsonObject): void {
    const list = delta["tool_calls"] ?? [];
    if (!Array.isArray(list) || !list.every(isObject)) throw unreadable("`tool_calls` of the answer is no list of calls");
    for (const call of list) {
      const at = call["index"];
      if (typeof at !== "number" || !Number.isSafeInteger(at) || at < 0 || at >= MOST_CALLS)
        throw unreadable("a call of the answer has no place in it");
      this.#calls.set(at, joinedCall(this.#calls.get(at) ?? {}, without(call, "index")));
    }
    const legacy = delta["function_call"] ?? null;
    if (legacy === null) return;
    if (!isObject(legacy)) throw unreadable("`function_call` of the answer is no call");
    this.#legacy = joinedWords(this.#legacy ?? {}, legacy);
  }

  finish(reason: string): void {
    this.#finish = reason;
  }

  #kept(): readonly string[] {
    return [...(this.#audio === undefined ? [] : ["audio"]), ...(this.#annotations.length === 0 ? [] : ["annotations"])];
  }

  /** What was shown of it so far: all of that was passed on until something is held back. */
  sent(): Sent {
    const lengths = new Map([...this.#shown].map(([member, text]) => [member, text.length]));
    return {
      lengths,
      members: new Set([...this.#beside.keys(), ...(this.#output === "open" ? this.#kept() : [])]),
      finished: this.#finish !== null,
    };
  }

  /** The choice as it stands in a whole answer. Throws a Refusal where it was cut off within a call. */
  whole(): JsonObject {
    const calls = [...this.#calls].toSorted(([one], [other]) => one - other).map(([, call]) => call);
    const isCalling = calls.length > 0 || this.#legacy !== undefined;
    if (isCalling && this.#finish === null) throw unreadable("the answer was cut off within a call; nothing of it may run");
    const message: JsonObject = {
      ...Object.fromEntries(this.#beside),
      content: null,
      ...Object.fromEntries(this.#shown),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      ...(this.#legacy === undefined ? {} : { function_call: this.#legacy }),
    };
    return { index: this.index, message, logprobs: null, finish_reason: this.#finish };
  }
}

const KEPT = ["audio", "annotations"];
const SAID: ReadonlySet<string> = new Set([...TEXTS, ...KEPT, "tool_calls", "function_call"]);

/** A call with one more part, as the client puts them together: what comes in pieces is joined, anything else is the last that came. */
function joinedCall(call: JsonObject, part: JsonObject): JsonObject {
  const inner = (key: "function" | "custom"): JsonObject => {
    const told = objectIn(part, key);
    return told === undefined ? {} : { [key]: joinedWords(objectIn(call, key) ?? {}, told) };
  };
  const last = Object.fromEntries(
    Object.entries(without(part, "function", "custom")).filter(([, value]) => value !== null && value !== ""),
  );
  return bounded({ ...call, ...last, ...inner("function"), ...inner("custom") });
}

function joinedWords(call: JsonObject, part: JsonObject): JsonObject {
  return joinedMembers(call, part, ["arguments", "input"]);
}

function joinedMembers(whole: JsonObject, part: JsonObject, pieces: readonly string[]): JsonObject {
  const next: Record<string, JsonObject[string]> = { ...whole };
  for (const [key, value] of Object.entries(part)) {
    if (value === null) continue;
    if (!pieces.includes(key)) {
      if (value !== "") next[key] = value;
      continue;
    }
    if (typeof value !== "string") throw unreadable(`\`${key}\` of the answer is no text`);
    next[key] = (textIn(next, key) ?? "") + value;
  }
  return bounded(next);
}

/** What is put together anew for each part of it is small, or its parts are work without bound. */
function bounded(whole: JsonObject): JsonObject {
  if (Object.keys(whole).length > MOST_MEMBERS) throw unreadable(`a call or sound of the answer has more than ${MOST_MEMBERS} members`);
  return whole;
}
