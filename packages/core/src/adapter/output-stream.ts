import type { ResponseStream, Session } from "../gate/contract.ts";

/** What a part of a streamed answer is: as in whole answers, with the starts and ends that frameworks put around texts. */
export type SaidNow =
  | { readonly kind: "start" | "end"; readonly of: "text" | "reasoning" }
  | { readonly kind: "delta"; readonly of: "text" | "reasoning"; readonly text: string }
  /** `raw`: repeats what other parts say, as the provider wrote it; never shown */
  | { readonly kind: "beside" | "other" | "raw" };

/** How a framework writes the parts of a streamed answer. */
export interface StreamedParts<Part> {
  readonly read: (part: Part) => SaidNow;
  /** A delta like another one, with other words, and with nothing else that repeats or signs the old ones. */
  readonly delta: (like: Part, text: string) => Part;
  /** The end of a text. What its deltas carried beside the words goes on here; where these were changed, nothing may be told of the old ones. */
  readonly end: (end: Part, deltas: readonly Part[], words: "as said" | "changed") => Part;
}

/** An output that is being said. */
interface Open<Part> {
  readonly of: "text" | "reasoning";
  readonly stream: ResponseStream;
  readonly deltas: Part[];
  /** its end, held back until it is known that no text follows that belongs to it */
  end?: Part;
  said: string;
  shown: string;
}

/** The parts of a streamed answer as they may be shown: the same outputs as in a whole answer. */
export class OutputStream<Part> {
  readonly #session: Pick<Session, "respondInParts">;
  readonly #parts: StreamedParts<Part>;
  #open: Open<Part> | undefined;
  #changed = false;

  constructor(session: Pick<Session, "respondInParts">, parts: StreamedParts<Part>) {
    this.#session = session;
    this.#parts = parts;
  }

  /** Whether any of the outputs so far was changed. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Takes the next part; resolves to what may be shown now. Rejects like `respond`, and then nothing more may be shown. */
  async next(part: Part): Promise<readonly Part[]> {
    const now = this.#parts.read(part);
    switch (now.kind) {
      case "raw":
        return [];
      case "beside":
        return [part];
      case "other":
        return [...(await this.close()), part];
      case "start":
        return [...(await this.#before(now.of)), part];
      case "delta":
        return this.#delta(part, now);
      case "end":
        if (this.#open?.of !== now.of) return [part];
        this.#open.end = part;
        return now.of === "text" ? [] : this.close();
    }
  }

  /** Ends what is being said; resolves to the rest of it. */
  async close(): Promise<readonly Part[]> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return [];
    const rest = await open.stream.end();
    const words = open.said === open.shown + rest ? "as said" : "changed";
    this.#changed ||= words === "changed";
    const last = open.deltas.at(-1);
    return [
      ...(rest === "" || last === undefined ? [] : [this.#parts.delta(last, rest)]),
      ...(open.end === undefined ? [] : [this.#parts.end(open.end, open.deltas, words)]),
    ];
  }

  async #delta(part: Part, { of, text }: SaidNow & { readonly kind: "delta" }): Promise<readonly Part[]> {
    const before = await this.#before(of);
    if (text === "" && this.#open === undefined) return [...before, part];
    const open = (this.#open ??= { of, stream: this.#session.respondInParts(), deltas: [], said: "", shown: "" });
    const shown = text === "" ? "" : await open.stream.write(text);
    open.said += text;
    open.shown += shown;
    open.deltas.push(part);
    return shown === "" ? before : [...before, this.#parts.delta(part, shown)];
  }

  /** What has to be passed on before more is said: another output's rest, or the end of a part that this one goes on from. */
  async #before(of: "text" | "reasoning"): Promise<readonly Part[]> {
    const open = this.#open;
    if (open === undefined) return [];
    if (open.of !== of) return this.close();
    const { end } = open;
    delete open.end;
    return end === undefined ? [] : [end];
  }
}
