import type { IdUse, JsonObject } from "@sallyport/core";
import type { Bench } from "./bench.ts";
import type { Judgement, ProposedCall } from "./judge.ts";
import type { WireEvent } from "./wire.ts";

/** How one of the client's APIs writes requests and answers: pure, but for what `Bench` does. */
export interface Api {
  /**
   * The request as it may go out: texts observed, results of calls as they stand on record, tools that may not be called
   * left out. Throws a Refusal where it must not go out at all.
   */
  readonly prepare: (body: JsonObject, bench: Bench) => Promise<Prepared>;
  /** The answer with its texts as they may be shown. Throws a Refusal where it holds what cannot be judged. */
  readonly release: (answer: JsonObject, bench: Bench) => Promise<JsonObject>;
  /** The calls that an answer proposes, in the model's order. */
  readonly calls: (answer: JsonObject) => readonly ProposedCall[];
  /** The answer with what takes the place of its calls, in their order. */
  readonly settle: (
    answer: JsonObject,
    judgements: readonly Judgement[],
    bench: Bench,
    prepared: Prepared,
  ) => JsonObject | Promise<JsonObject>;
  /**
   * Passes on what may be shown of a streamed answer, as soon as it may be, and holds back everything from its first call on.
   * Returns what is left; undefined where it ended early with nothing held back. Throws a Refusal for what cannot be judged.
   */
  readonly stream: (events: AsyncIterable<WireEvent>, bench: Bench) => AsyncGenerator<WireEvent, Rest | undefined>;
  /** A whole answer as a stream. */
  readonly events: (answer: JsonObject) => readonly WireEvent[];
}

/** A request that may go out. */
export interface Prepared {
  readonly body: JsonObject;
  /** what its history says of call ids */
  readonly uses: readonly IdUse[];
  /** the definitions of its tools by name, also of those that were left out */
  readonly definitions: ReadonlyMap<string, object>;
  /** it asks for an earlier answer, and says nothing of the tools that this one was given */
  readonly stored?: true;
}

/** What is left of a streamed answer. */
export interface Rest {
  /** the whole answer, its texts as they were shown */
  readonly answer: JsonObject;
  /** the events that are still to come, once the calls of the answer are settled */
  readonly events: (settled: JsonObject) => readonly WireEvent[];
}
