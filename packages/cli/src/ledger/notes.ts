/** What a trace cannot say of what was recorded: how it is called where it happened once, and more often. */
const SAYINGS = {
  answer: ["answer to an approval that did not count, left out", "answers to approvals that did not count, left out"],
  changed: [
    "result that was cut or withheld by a rule which also put labels: in what is left it may see something else",
    "results that were cut or withheld by rules which also put labels: in what is left they may see something else",
  ],
  early: [
    "workflow that was started while a call waited which `replay` runs before it: there it may be over later, or not",
    "workflows that were started while calls waited which `replay` runs before them: there they may be over later, or not",
  ],
  edit: ["edit that nobody decided on, left out", "edits that nobody decided on, left out"],
  foreign: ["call for somebody else's session, left out", "calls for somebody else's session, left out"],
  locked: [
    "call refused in a locked session, left out: `replay` locks none",
    "calls refused in a locked session, left out: `replay` locks none",
  ],
  native: ["result that is no JSON, left out", "results that are no JSON, left out"],
  output: ["text of the agent that was withheld, left out", "texts of the agent that were withheld, left out"],
  pending: [
    "call denied because too many approvals were pending: `replay` has no such bound",
    "calls denied because too many approvals were pending: `replay` has no such bound",
  ],
  resumed: [
    "call resumed without an approval and refused that once, left out",
    "calls resumed without an approval and refused that once, left out",
  ],
  revealed: [
    "call whose args got back what was masked: `replay` has the placeholders alone, and may decide otherwise",
    "calls whose args got back what was masked: `replay` has the placeholders alone, and may decide otherwise",
  ],
  unclaimed: [
    "call that was allowed and never run, moved to the end: `replay` runs it there",
    "calls that were allowed and never run, moved to the end: `replay` runs them there",
  ],
  yield: [
    "record of labels of a preliminary result, for which a trace has no line",
    "records of labels of preliminary results, for which a trace has no line",
  ],
} as const;

/** Counts what a trace cannot say. */
export class Notes {
  readonly #times = new Map<keyof typeof SAYINGS, number>();

  /** Takes one of its kind. */
  add(kind: keyof typeof SAYINGS): void {
    this.#times.set(kind, (this.#times.get(kind) ?? 0) + 1);
  }

  /** What there is to say, a line each. */
  list(): readonly string[] {
    return [...this.#times].map(([kind, times]) => `${times} ${SAYINGS[kind][times === 1 ? 0 : 1]}`);
  }
}
