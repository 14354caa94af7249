export { callId, type IdUse } from "./adapter/call-id.ts";
export { gapsOf } from "./adapter/coverage.ts";
export { toolDefinition } from "./adapter/definition.ts";
export { refusalText, unshownText, type OnFault } from "./adapter/fault.ts";
export { checkFit, isSameJson, jsonText } from "./adapter/fit.ts";
export { guardEach, guardedTwice, guardingOf, type Guarding, type GuardOptions } from "./adapter/guarding.ts";
export { memberOf } from "./adapter/member.ts";
export { takeNativeAnswer } from "./adapter/native-answer.ts";
export { holdsOutput, releaseAnswer, type AnswerParts, type Said } from "./adapter/output.ts";
export { OutputStream, type SaidNow, type StreamedParts } from "./adapter/output-stream.ts";
export type { SessionSource } from "./adapter/session-source.ts";
export {
  failedText,
  approvalIdIn,
  declinedText,
  outcomeText,
  proposalText,
  requestText,
  resultText,
  settledText,
  unfitText,
  unguardedText,
} from "./adapter/text.ts";
export type { ParsedVerdict } from "./approval/judge.ts";
export { didYouMean } from "./condition/nearest.ts";
export { decide } from "./decide/decide.ts";
export type { Charge, Decision, DecisionError, Requirement } from "./policy/decision.ts";
export type { Request, Usage } from "./decide/request.ts";
export type { Look } from "./decide/explain.ts";
export type { Inspection } from "./decide/inspect.ts";
export type { InputInspection, OutputInspection } from "./decide/inspect-text.ts";
export { SallyportError, type ErrorCode, type Problem } from "./error.ts";
export { paused } from "./gate/contract.ts";
export type {
  Approval,
  Approvals,
  ArgOrigin,
  Call,
  CoverageGap,
  Gate,
  GateOptions,
  Identity,
  Message,
  Observation,
  OnCoverage,
  Outcome,
  Proposal,
  Resolution,
  ResponseStream,
  Run,
  RunControl,
  Session,
  SessionInit,
  ToolSight,
  Verdict,
} from "./gate/contract.ts";
export { createGate, openApprovals } from "./gate/gate.ts";
export { readCall } from "./gate/call.ts";
export { readVerdict } from "./gate/verdict.ts";
export type { ParsedCall } from "./gate/moment.ts";
export { Replay, type ExplainedCall, type ReplayOpening } from "./gate/replay.ts";
export { canonical } from "./json/canonical.ts";
export { digestOf } from "./json/sha256.ts";
export { readJson } from "./json/read.ts";
export { approvalChange } from "./ledger/approval-change.ts";
export { verifyStream, type Verification } from "./ledger/chain.ts";
export { memoryStore } from "./ledger/memory.ts";
export type { Entry, LedgerRecord } from "./ledger/record.ts";
export type { ApprovalEntry, ApprovalQuery, Batch, ErasableStore, ListableStore, Store, StreamHead } from "./ledger/store.ts";
export { loadPolicy, translateRune } from "./policy/load.ts";
export type { Defaults, Limit, Policy, Rule } from "./policy/policy.ts";
export { compileProgram, type Program } from "./policy/program.ts";
export type { RuneOrigin, RuneTranslation } from "./policy/rune/translation.ts";
export { readDocument } from "./policy/text/document.ts";
export { collectProblems, type Position, type Report } from "./policy/text/problems.ts";
export { plain, type Written, type WrittenEntry } from "./policy/text/written.ts";
export { isObject, type Json, type JsonObject } from "./value.ts";
export { policySchema } from "./policy/format/json-schema.ts";
export { policyReference } from "./policy/format/reference.ts";
export { isConflict } from "./ledger/batch.ts";
export { StreamFeed } from "./ledger/feed.ts";
