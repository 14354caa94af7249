import type { LedgerRecord } from "@sallyport/core";

/** What a stream says of one call; numbers are positions in it. */
export interface RecordedCall {
  readonly id: string;
  readonly tool: string;
  /** where it was allowed, or its approval was given; infinite where it never was */
  readonly leave: number;
  readonly claims: readonly number[];
  /** the types of the records that end its claim */
  readonly ends: readonly string[];
}

/** The calls of a session's stream, in the order that they were proposed in. */
export function callsIn(records: readonly LedgerRecord[]): readonly RecordedCall[] {
  return records.flatMap((proposed, at) => {
    const { call, tool, decision, approval } = proposed.state;
    if (proposed.type !== "call.proposed" || typeof call !== "string" || typeof tool !== "string") return [];
    const own = records.map((record, seq) => ({ record, seq })).filter(({ record }) => record.state["call"] === call);
    const given = records.findIndex(
      ({ type, state }) => type === "approval.settled" && state["approval"] === approval && state["status"] === "approved",
    );
    const settled = given < 0 ? Infinity : given;
    return {
      id: call,
      tool,
      leave: decision === "allow" ? at : settled,
      claims: own.filter(({ record }) => record.type === "call.started").map(({ seq }) => seq),
      ends: own.map(({ record }) => record.type).filter((type) => ["call.completed", "call.failed", "call.unknown"].includes(type)),
    };
  });
}

/** Whether a call was claimed and its outcome never came. */
export function isOpen({ claims, ends }: RecordedCall): boolean {
  return claims.length > 0 && ends.length === 0;
}
