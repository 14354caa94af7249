import { isObject, type Json, type JsonObject, type LedgerRecord } from "@sallyport/core";
import { argsDigest } from "../digest.ts";

/** One of a call's own records, as far as an audit looks at it. */
export interface CallRecord {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly state: JsonObject;
  readonly payload: JsonObject;
}

/** What is on record of one call: its own records, and those of its approval, in their order. */
export interface RecordedCall {
  readonly session: string;
  /** who the session belongs to */
  readonly principal: string;
  readonly call: string;
  readonly tool: string;
  readonly records: readonly CallRecord[];
  readonly claims: readonly CallRecord[];
  /** `call.completed` and `call.failed` */
  readonly ends: readonly CallRecord[];
  readonly unknowns: readonly CallRecord[];
}

/**
 * The calls of a session's stream. This reads records by itself: what the gate makes of the same records is what is audited.
 */
export function readCalls(records: readonly LedgerRecord[]): readonly RecordedCall[] {
  const opened = records.find(({ type }) => type === "session.opened");
  if (opened === undefined) return [];
  const session = textIn(opened.state, "session");
  const principal = textIn(opened.state, "principal");
  const callOf = new Map<string, string>();
  const byCall = new Map<string, CallRecord[]>();
  for (const { seq, at, type, state, payload = {} } of records) {
    const approval = textIn(state, "approval");
    if (type === "approval.requested") callOf.set(approval, textIn(state, "call"));
    const call = type.startsWith("approval.") ? callOf.get(approval) : textIn(state, "call");
    if (call === undefined || call === "") continue;
    const own = byCall.get(call) ?? [];
    byCall.set(call, own);
    own.push({ seq, at, type, state, payload });
  }
  return [...byCall].map(([call, own]) => ({
    session,
    principal,
    call,
    tool: textIn(own.find(({ type }) => type === "call.proposed")?.state ?? {}, "tool"),
    records: own,
    claims: own.filter(({ type }) => type === "call.started"),
    ends: own.filter(({ type }) => type === "call.completed" || type === "call.failed"),
    unknowns: own.filter(({ type }) => type === "call.unknown"),
  }));
}

/** A text of a record; empty where it has none. */
export function textIn(fields: JsonObject, key: string): string {
  const value = fields[key];
  return typeof value === "string" ? value : "";
}

/** A number of a record; not a number where it has none. */
export function numberIn(fields: JsonObject, key: string): number {
  const value = fields[key];
  return typeof value === "number" ? value : Number.NaN;
}

/** The texts of a list of a record. */
export function textsIn(fields: JsonObject, key: string): readonly string[] {
  return listIn(fields, key).filter((value) => typeof value === "string");
}

/** A list of a record; empty where it has none. */
export function listIn(fields: JsonObject, key: string): readonly Json[] {
  const value = fields[key];
  return Array.isArray(value) ? value : [];
}

/** An object of a record; empty where it has none. */
export function objectIn(fields: JsonObject, key: string): JsonObject {
  const value = fields[key];
  return value !== undefined && isObject(value) ? value : {};
}

/** The digest of the args that a proposal, or an edit, was decided on. */
export function decidedArgs({ payload }: CallRecord): string {
  return argsDigest(payload["args"] ?? payload["source"]);
}
