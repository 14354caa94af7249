import type { Answer, PlainRequest, Workload } from "../workload.ts";

/** One way to decide, as its own documents say that it is fast. */
export interface Peer {
  readonly name: string;
  /** what its answer says of the rules: all that match at the winning level, one of them, or nothing */
  readonly rules: "all" | "one" | "none";
  /** Everything that is done once for a set of rules; not timed. */
  readonly prepare: (workload: Workload) => Promise<Prepared> | Prepared;
}

/** A peer made ready: requests as it takes them, decided one by one. */
interface Prepared {
  /** Puts a request into the peer's own form, as its user would have it in hand; not timed. */
  readonly adopt: (request: PlainRequest) => () => Answer;
}
