import type { Decision } from "../policy/decision.ts";
import type { Inspection } from "../decide/inspect.ts";
import type { InputInspection, OutputInspection } from "../decide/inspect-text.ts";
import { digestOf } from "../json/sha256.ts";
import type { Entry } from "../ledger/record.ts";
import { NONE } from "../session/fields.ts";
import type { HostFacts, Pin } from "../session/state.ts";
import type { Effect } from "../condition/facts.ts";
import type { Workflow } from "../policy/policy.ts";
import type { Json, JsonObject } from "../value.ts";
import type { ToolSight } from "./contract.ts";
import type { OpeningPrints } from "./origins.ts";
import type { Redactions } from "./redactions.ts";
import type { Seen } from "./result.ts";
import type { ParsedCall } from "./moment.ts";

// What is recorded of every call stands in canonical order in its entry: it is written out in one go then (see `canonical`).

/** The first record of a stream: who the session belongs to. */
export function openEntry(pin: Pin, host: HostFacts, puts: readonly string[], prints: OpeningPrints): Entry {
  const { tenant, session, principal, agent, parent } = pin;
  const state = { tenant, session, principal, agent, parent: parent ?? null, puts, ...prints.state };
  return { type: "session.opened", state, payload: { ...host, ...prints.payload } };
}

/** The host app says something new of the same session. */
export function updateEntry(host: HostFacts): Entry {
  return { type: "session.updated", state: {}, payload: { ...host } };
}

/** What is written of a message. */
export interface Observed {
  readonly role: string;
  readonly content: string;
  readonly digest: string;
  /** null where it did not enter the context */
  readonly print: string | null;
  readonly inspection: InputInspection;
  readonly puts: readonly string[];
}

/** A text entered the context, or was kept out of it. */
export function messageEntry({ role, content, digest, print, inspection, puts }: Observed): Entry {
  const { decision, rules, shadow, reason, errors } = inspection;
  return {
    type: "message.observed",
    state: { role, decision, rules, shadow, print, puts },
    payload: { content, digest, ...(decision === "deny" ? { reason } : {}), ...errorsOf(errors) },
  };
}

/** Labels came from a session that works for this one, or with a preliminary value of a call. */
export function labelEntry(puts: readonly string[], from: { readonly session: string } | { readonly call: string }): Entry {
  return { type: "label.put", state: { puts, ...from } };
}

/** New placeholders that are shown before the text that they stand in has ended; nothing where there are none. */
export function redactionEntries({ state, payload }: Redactions): readonly Entry[] {
  return Object.keys(state).length === 0 ? [] : [{ type: "value.redacted", state, payload }];
}

/** A call was proposed and decided. */
export function proposalEntry(call: ParsedCall, decision: Decision, approval: string | undefined): Entry {
  // what a locked session is told over and over is not kept: only what it would have been
  const source = call.args.ok && !decision.rules.includes("session-locked") ? call.args.args : undefined;
  const kept = decision.masked ?? source;
  return {
    type: "call.proposed",
    state: {
      approval: approval ?? null,
      call: call.id,
      charges: chargesOf(decision),
      decision: decision.decision,
      definition: call.definition,
      labels: decision.labels,
      policy: decision.policy ?? null,
      puts: decision.puts,
      rules: decision.rules,
      severity: decision.severity ?? null,
      shadow: decision.shadow,
      tool: call.tool,
    },
    payload: {
      ...argsOf(decision, source),
      ...errorsOf(decision.errors),
      proposed: call.digest,
      reason: decision.reason,
      settled: settledDigest(decision, source, call.digest),
      ...(kept === undefined ? {} : { source: kept }),
    },
  };
}

/** An approver's edit was decided on; the approver counts for the requirements that `names` lists. */
export function editEntry(
  call: string,
  source: JsonObject,
  decision: Decision,
  names: readonly { readonly rule: string; readonly digest: string }[],
): Entry {
  return {
    type: "call.edited",
    state: {
      call,
      names: names.map(({ rule, digest }) => ({ rule, digest })),
      ...decisionState(decision),
    },
    payload: { source, settled: settledDigest(decision, undefined, null), ...decisionPayload(decision, source) },
  };
}

/**
 * Whom a refusal hits: the call itself, only this attempt at it, only its being resumed without an approval, or only the
 * stranger who tried.
 */
export type RefusalScope = "call" | "attempt" | "resumed" | "foreign";

/**
 * A call was refused although it, or one of its id, had been proposed. `once` is the key under which it is recorded once only,
 * and `attempt` one that has a digest of args in it and can be erased; `tried` are the args of an attempt: evidence.
 */
export function refusalEntry(
  call: { readonly id: string; readonly tool: string },
  scope: RefusalScope,
  decision: Decision,
  { once = null, attempt, tried }: { readonly once?: string | null; readonly attempt?: string; readonly tried?: JsonObject } = {},
): Entry {
  return {
    type: "call.refused",
    state: { call: call.id, tool: call.tool, scope, once, ...decisionState(decision) },
    payload: {
      ...(tried === undefined ? {} : { tried }),
      ...(attempt === undefined ? {} : { attempt }),
      ...decisionPayload(decision, undefined),
    },
  };
}

/** What is written when a call is claimed. */
export interface Claim extends JsonObject {
  readonly call: string;
  readonly decision: "allow" | "approved";
  readonly effect: Effect;
  /** the tool's own labels */
  readonly labels: readonly string[];
  /** when the claim ends unless it is renewed */
  readonly lease: number;
  /** the tool's labels, and those of rules that matched only now */
  readonly puts: readonly string[];
  /** what decided at the claim */
  readonly rules: readonly string[];
  readonly shadow: readonly string[];
  /** the step of a started workflow that it is, from 0 */
  readonly step: { readonly index: number; readonly workflow: string } | null;
  readonly tool: string;
  /** whether its results are trusted */
  readonly trust: "trusted" | "untrusted";
}

/** A call was claimed: from here on it may have had its effect. */
export function claimEntry(claim: Claim): Entry {
  return { type: "call.started", state: claim };
}

/** The record of a claim whose call is let go past the gate. */
export function releaseEntry(claim: Entry): Entry {
  return { ...claim, state: { ...claim.state, released: true } };
}

/** An adapter keeps a text under a key, or lets go of it. */
export function keptEntry(key: string, text: string | null): Entry {
  return { type: "text.kept", state: { key, kept: text !== null }, payload: text === null ? {} : { text } };
}

/** A running call keeps its claim. */
export function renewalEntry(call: string, lease: number): Entry {
  return { type: "call.renewed", state: { call, lease } };
}

/** A running call waits for something itself: its claim ends, and whoever calls it again goes on. */
export function pauseEntry(call: string): Entry {
  return { type: "call.paused", state: { call } };
}

/** A claim ended and its outcome never came. */
export function unknownEntry(call: string): Entry {
  return { type: "call.unknown", state: { call } };
}

/** A call came to its end; `content` is what is released, undefined where it is no JSON. */
export function endEntry(
  call: string,
  error: boolean,
  inspection: Inspection,
  size: { readonly rows: number; readonly bytes: number },
  content: Json | undefined,
  seen: Seen,
  redactions: Redactions,
): Entry {
  const { decision, rules, puts, shadow, errors } = inspection;
  const { echo, print, ...doubted } = seen;
  return {
    type: error ? "call.failed" : "call.completed",
    state: { bytes: size.bytes, call, decision, echo, print, puts, ...redactions.state, rows: size.rows, rules, shadow, ...doubted },
    payload: {
      ...(content === undefined ? {} : { content }),
      ...errorsOf(errors),
      ...redactions.payload,
    },
  };
}

/** A workflow was started; `by` is who did, where it was not the host app by itself. */
export function workflowEntry({ id, digest }: Workflow, by: string | undefined): Entry {
  return { type: "workflow.started", state: { workflow: id, digest, by: by ?? null } };
}

/** A framework told of a tool. */
export function sightEntry({ tool, event, call }: ToolSight): Entry {
  return { type: "tool.seen", state: { tool, event, call: call ?? null } };
}

/** The agent's final text, as far as it was released. */
export function outputEntry({ decision, rules, shadow, puts, errors, text }: OutputInspection, redactions: Redactions): Entry {
  return {
    type: "output.released",
    state: { decision, rules, shadow, puts, ...redactions.state },
    payload: { ...(text === null ? {} : { text }), ...redactions.payload, ...errorsOf(errors) },
  };
}

/** A call was counted by a limit; in the limit's own stream. */
export function chargeEntry(session: string, call: string, amount: number): Entry {
  return { type: "limit.charged", state: { session, call, amount } };
}

/** The digest of the args that were decided on; those that no rule changed are not hashed again. */
function settledDigest({ args }: Decision, source: JsonObject | undefined, digest: string | null): string | null {
  if (args === null) return null;
  return args === source ? digest : digestOf(args);
}

function decisionState(decision: Decision): JsonObject {
  const { rules, shadow, severity, policy, puts, labels } = decision;
  const charges = chargesOf(decision);
  return { decision: decision.decision, rules, shadow, severity: severity ?? null, policy: policy ?? null, puts, labels, charges };
}

/** What a call is counted for, as it is recorded. */
export function chargesOf({ charges }: Pick<Decision, "charges">): readonly JsonObject[] {
  return charges.length === 0 ? NONE : charges.map(({ limit, key, amount }) => ({ amount, key, limit }));
}

function decisionPayload(decision: Decision, source: JsonObject | undefined): JsonObject {
  return { ...argsOf(decision, source), reason: decision.reason, ...errorsOf(decision.errors) };
}

/** The args that were decided on, where they are not the ones that stand beside them. */
function argsOf({ args, masked }: Decision, source: JsonObject | undefined): JsonObject {
  return args === null || args === source || masked !== undefined ? {} : { args };
}

function errorsOf(errors: Decision["errors"]): JsonObject {
  return errors.length === 0 ? {} : { errors: errors.map(({ rule, message }) => ({ rule, message })) };
}

/** The labels that entries put, whatever their types. */
export function putsOf(entries: readonly Entry[]): readonly string[] {
  const puts = entries.flatMap(({ state }) => state["puts"] ?? []);
  return [...new Set(puts.filter((label) => typeof label === "string"))];
}
