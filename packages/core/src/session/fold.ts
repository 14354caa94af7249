import type { LedgerRecord } from "../ledger/record.ts";
import type { JsonObject } from "../value.ts";
import { foldApprovalRequested, foldApprovalSettled, foldVerdict } from "./fold-approval.ts";
import { foldCallEdited, foldCallEnded, foldCallProposed, foldCallRefused, foldCallStarted } from "./fold-call.ts";
import { foldMessage, foldOpenedOrigins, foldRedactions, foldResultOrigins } from "./fold-origin.ts";
import { number, objectOf, text, texts, textOrNull } from "./fields.ts";
import { foldWorkflowClaim, foldWorkflowEnd, foldWorkflowLabels, foldWorkflowStarted } from "./fold-workflow.ts";
import { addLabels, UNTRUSTED, type CallState, type HostFacts, type SessionState } from "./state.ts";

/** The types of records in a session's stream. */
type SessionRecordType =
  | "session.opened"
  | "session.updated"
  | "message.observed"
  | "label.put"
  | "call.proposed"
  | "call.edited"
  | "call.refused"
  | "call.started"
  | "call.renewed"
  | "call.completed"
  | "call.failed"
  | "call.unknown"
  | "call.paused"
  | "approval.requested"
  | "approval.verdict"
  | "approval.settled"
  | "tool.seen"
  | "value.redacted"
  | "output.released"
  | "text.kept"
  | "workflow.started";

/** What is folded: a record's content, with its time and place where the stream is kept. */
export type Folded = Pick<LedgerRecord, "type" | "state" | "payload" | "at">;

/** Takes a record into the state, in stream order. `puts` are labels whatever the type; an unknown type does no more. */
export function fold(state: SessionState, record: Folded): void {
  state.lastAt = record.at;
  folds[record.type]?.(state, record);
  foldRedactions(state, record);
  foldWorkflowLabels(state, record);
  putLabels(state, texts(record.state, "puts"), textOrNull(record.state, "call"));
}

function putLabels(state: SessionState, puts: readonly string[], source: string | null): void {
  state.labels = addLabels(state.labels, puts);
  for (const label of puts) {
    const before = state.sources.get(label);
    state.sources.set(label, before === undefined || before === source ? source : null);
  }
}

/** Takes a stored record into the state, with its place in the chain. */
export function foldRecord(state: SessionState, record: LedgerRecord): void {
  fold(state, record);
  state.length = record.seq + 1;
  state.head = record.hash;
}

type Fold = (state: SessionState, record: Folded) => void;

const folds: Readonly<Record<string, Fold>> = {
  "session.opened": (state, record) => {
    const parent = textOrNull(record.state, "parent");
    state.pin = {
      tenant: text(record.state, "tenant"),
      session: text(record.state, "session"),
      principal: text(record.state, "principal"),
      agent: text(record.state, "agent"),
      ...(parent === null ? {} : { parent }),
    };
    foldFacts(state, record);
    foldOpenedOrigins(state, record);
  },
  "session.updated": foldFacts,
  "message.observed": foldMessage,
  "label.put": foldLabels,
  "call.proposed": foldCallProposed,
  "call.edited": foldCallEdited,
  "call.refused": foldCallRefused,
  "call.started": (state, record) => {
    foldCallStarted(state, record);
    foldWorkflowClaim(state, record);
  },
  "call.renewed": (state, record) => {
    const call = callOf(state, record.state);
    if (call !== undefined) call.lease = number(record.state, "lease");
  },
  "call.completed": foldEnd,
  "call.failed": foldEnd,
  "call.unknown": (state, record) => {
    const call = callOf(state, record.state);
    if (call?.status === "started") call.status = "unknown";
  },
  "call.paused": (state, record) => {
    const call = callOf(state, record.state);
    if (call?.status === "started" || call?.status === "unknown") call.status = "paused";
  },
  "approval.requested": foldApprovalRequested,
  "approval.verdict": foldVerdict,
  "approval.settled": foldApprovalSettled,
  "text.kept": foldKept,
  "workflow.started": foldWorkflowStarted,
} satisfies Partial<Record<SessionRecordType, Fold>>;

/** Labels came from a session that works for this one: what it says, as the result of a call that runs, is no more trusted than what it read. */
function foldLabels(state: SessionState, { state: fields }: Folded): void {
  if (textOrNull(fields, "session") === null || !texts(fields, "puts").includes(UNTRUSTED)) return;
  for (const call of state.calls.values()) if (call.status === "started") call.trusted = false;
}

function foldEnd(state: SessionState, record: Folded): void {
  foldCallEnded(state, record);
  foldResultOrigins(state, record);
  foldWorkflowEnd(state, record);
}

function foldKept(state: SessionState, { state: fields, payload }: Folded): void {
  const kept = textOrNull(payload ?? {}, "text");
  if (kept === null) state.kept.delete(text(fields, "key"));
  else state.kept.set(text(fields, "key"), kept);
}

function callOf(state: SessionState, fields: JsonObject): CallState | undefined {
  return state.calls.get(text(fields, "call"));
}

function foldFacts(state: SessionState, record: Folded): void {
  const principal = identityOf(record.payload, "principal", state.pin?.principal ?? "");
  const agent = identityOf(record.payload, "agent", state.pin?.agent ?? "");
  const facts: HostFacts = { principal, agent, context: objectOf(record.payload, "context") ?? {} };
  state.facts = facts;
}

/** Who, from the payload; of an erased payload only the pinned id is left. */
function identityOf(payload: JsonObject | undefined, key: string, id: string): JsonObject & { readonly id: string } {
  return { ...objectOf(payload, key), id };
}
