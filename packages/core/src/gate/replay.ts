import type { ParsedVerdict } from "../approval/judge.ts";
import { unsatisfied } from "../approval/requirements.ts";
import { denial } from "../decide/decide.ts";
import type { Decision } from "../policy/decision.ts";
import { explain, explainResult, explainText, type Explanation, type Look } from "../decide/explain.ts";
import type { Inspection } from "../decide/inspect.ts";
import type { InputInspection, OutputInspection } from "../decide/inspect-text.ts";
import type { Entry } from "../ledger/record.ts";
import { saltSource } from "../ledger/salt.ts";
import type { Policy } from "../policy/policy.ts";
import { compileProgram, type Program } from "../policy/program.ts";
import { fold } from "../session/fold.ts";
import { charge, chargedSince, emptyLimit, type LimitState } from "../session/limit.ts";
import { emptySession, type HostFacts, type Pin, type SessionState } from "../session/state.ts";
import { limitStream } from "../session/stream.ts";
import type { Json, JsonObject } from "../value.ts";
import { argOrigins } from "./arg-origins.ts";
import type { ArgOrigin, Message, Resolution, SessionInit } from "./contract.ts";
import { decideEdit } from "./edit.ts";
import { labelsAbove } from "./ancestor.ts";
import { labelEntry, openEntry, workflowEntry } from "./entries.ts";
import { readOpening } from "./host.ts";
import { observe, readMessage } from "./message.ts";
import { claimOf, moveOf, reuse } from "./move.ts";
import { callAgain, requestIn, requestOf, type Moment, type ParsedCall } from "./moment.ts";
import { openingPrints, originsIn } from "./origins.ts";
import { respond } from "./response.ts";
import { endOf } from "./result.ts";
import { judgeCall } from "./verdict.ts";
import { workflowOf } from "./workflow.ts";

/** What a trace says of a session; lines add to each other. */
export type ReplayOpening = Partial<Pick<SessionInit, "principal" | "agent" | "context" | "parent">>;

/** Why a call would be decided as it would, and where each value of its args was seen. */
export interface ExplainedCall extends Explanation {
  readonly origins: readonly ArgOrigin[];
}

interface ReplaySession {
  readonly state: SessionState;
  /** texts that came before the session was opened; they are looked at when it is */
  readonly early: Message[];
  readonly said: ReplayOpening;
  readonly opened?: { readonly pin: Pin; readonly host: HostFacts };
  /** why it is not open yet */
  readonly missing: string;
  /** why every call in it is denied from now on */
  readonly spoilt?: string;
}

/**
 * A policy played over what was recorded or written down: the gate's own moves over a state in memory, with no store,
 * no lock and no clock but the trace's. Nothing runs.
 */
export class Replay {
  readonly #program: Program;
  readonly #sessions = new Map<string, ReplaySession>();
  readonly #limits = new Map<string, LimitState>();
  readonly #fresh = saltSource();
  #now = 0;

  /** `program`: the policy's, where it was compiled before */
  constructor(policy: Policy, program: Program = compileProgram(policy)) {
    this.#program = program;
  }

  /** Sets the time of what follows, in milliseconds since 1970. */
  at(now: number): void {
    this.#now = now;
  }

  /** Takes what the host app says of a session. */
  open(id: string, opening: ReplayOpening): void {
    const before = this.#session(id);
    const said = { ...before.said, ...opening };
    const read = readOpening({ id, principal: said.principal ?? { id: "" }, agent: said.agent ?? { id: "" }, ...optional(said) });
    const spoilt =
      before.spoilt ?? changed(before.said, opening) ?? moved(before.state, opening) ?? (read.ok ? this.#orphaned(read.pin) : undefined);
    const reason = spoilt === undefined ? {} : { spoilt };
    const { state, early, missing } = before;
    const kept = { state, early, said, ...reason };
    this.#sessions.set(id, read.ok ? { ...kept, missing, opened: read } : { ...kept, missing: read.reason });
    if (!read.ok || spoilt !== undefined || state.pin !== undefined) return;
    const parent = read.pin.parent === undefined ? undefined : this.#session(read.pin.parent).state;
    // what it inherits is the parent's already
    const prints = openingPrints(read.pin.tenant, undefined, parent, this.#fresh);
    fold(state, { ...openEntry(read.pin, read.host, parent?.labels ?? [], prints), at: this.#now });
    for (const message of early.splice(0)) this.observe(id, message);
  }

  /** Takes a text that came; undefined where the session is none, or the text came already. */
  observe(id: string, message: Message): InputInspection | undefined {
    const session = this.#session(id);
    const moment = this.#moment(session);
    if (moment === undefined) {
      session.early.push(message);
      return undefined;
    }
    const { entries, inspection } = observe(moment, readMessage(message));
    this.#apply(session.state, entries);
    return inspection;
  }

  /** Takes the agent's text; undefined where the session is none. */
  respond(id: string, text: string): OutputInspection | undefined {
    const session = this.#session(id);
    const moment = this.#moment(session);
    if (moment === undefined) return undefined;
    const { entries, inspection } = respond(moment, text.toWellFormed());
    this.#apply(session.state, entries);
    return inspection;
  }

  /** Starts a workflow, as the host app does; throws SallyportError `invalid-input` where the policy has none of this id. */
  start(id: string, workflow: string): void {
    const entry = workflowEntry(workflowOf(this.#program, workflow), undefined);
    const session = this.#session(id);
    if (this.#moment(session) !== undefined) this.#apply(session.state, [entry]);
  }

  /** Decides a call; one that is allowed is claimed, and with `approved` also one that would have to be asked for. */
  call(id: string, call: ParsedCall, approved: boolean): Decision {
    const session = this.#session(id);
    const moment = this.#moment(session);
    if (moment === undefined) return denial("invalid-session", session.spoilt ?? session.missing, session.state.labels);
    const known = session.state.calls.get(call.id);
    const reused = known === undefined ? undefined : reuse(known, call);
    if (reused !== undefined) return denial("call-id-reused", reused, session.state.labels);
    if (known !== undefined) return known.decision;
    const move = moveOf(moment, call);
    if (move.kind === "wait" || move.kind === "record") throw new Error("unreachable: a call that was never seen is decided at once");
    const claims = move.kind === "claim" || (approved && move.as === "pending");
    const claim = move.kind === "claim" ? [move.claim] : claims ? [claimOf(moment, call, move.decision, [])] : [];
    this.#apply(session.state, [...move.entries, ...claim]);
    if (claims) this.#charge(moment, move.decision);
    return move.decision;
  }

  /** Why a call would be decided as it would: every rule looked at. Changes nothing. */
  explain(id: string, call: ParsedCall): ExplainedCall | undefined {
    const moment = this.#moment(this.#session(id));
    if (moment === undefined || !call.args.ok) return undefined;
    const explanation = explain(this.#program, requestOf(moment, call.tool, call.args.args), moment.usage);
    const { args, policyWrote } = explanation.decision;
    return { ...explanation, origins: argOrigins(moment, args ?? call.args.args, policyWrote) };
  }

  /** Why a result would be inspected as it would: every rule on results. Changes nothing; empty where the call did not run. */
  explainResult(id: string, call: string, content: Json): readonly Look[] {
    const session = this.#session(id);
    const known = session.state.calls.get(call);
    const moment = this.#moment(session);
    if (moment === undefined || known?.status !== "started") return [];
    return explainResult(this.#program, requestOf(moment, known.tool, known.source ?? {}, known.decision.args ?? {}), content);
  }

  /** Why a message or the agent's text would be inspected as it would: every rule on input, or on output. Changes nothing. */
  explainText(id: string, place: "input" | "output", text: string): readonly Look[] {
    const moment = this.#moment(this.#session(id));
    return moment === undefined ? [] : explainText(this.#program, requestIn(moment), place, text.toWellFormed());
  }

  /** Takes an approver's answer; an approved call is claimed at once. */
  verdict(id: string, call: string, verdict: ParsedVerdict): Resolution {
    const session = this.#session(id);
    const { state } = session;
    const known = state.calls.get(call);
    const approval = known?.approval === undefined ? undefined : state.approvals.get(known.approval);
    const moment = this.#moment(session);
    if (moment === undefined || known === undefined || approval === undefined) return { status: "ignored", rules: [] };
    const judged = judgeCall(state, approval, known, verdict, this.#now);
    this.#apply(state, judged.entries);
    const { status, rules, reason } = judged;
    if (status !== "edited" && status !== "approved") return { status, rules, ...(reason === undefined ? {} : { reason }) };
    const edited = state.approvals.get(approval.id);
    if (edited?.edit !== undefined) this.#apply(state, decideEdit(moment, known, edited, edited.edit));
    return this.#claim(session, call);
  }

  /** Takes the result of a call that ran; undefined where it did not run, or its result came already. */
  result(id: string, call: string, content: Json, error: boolean): Inspection | undefined {
    const session = this.#session(id);
    const known = session.state.calls.get(call);
    const moment = this.#moment(session);
    if (moment === undefined || known?.status !== "started") return undefined;
    const { inspection, entry } = endOf(moment, known, error, content);
    this.#apply(session.state, [entry]);
    return inspection;
  }

  #claim(session: ReplaySession, call: string): Resolution {
    const { state } = session;
    const known = state.calls.get(call);
    const moment = this.#moment(session);
    if (known === undefined || moment === undefined) return { status: "ignored", rules: [] };
    const move = moveOf(moment, callAgain(known));
    if (move.kind === "claim") {
      this.#apply(state, [...move.entries, move.claim]);
      this.#charge(moment, move.decision);
      return { status: "approved", rules: [] };
    }
    if (move.kind === "answer") this.#apply(state, move.entries);
    const approval = known.approval === undefined ? undefined : state.approvals.get(known.approval);
    const pending = move.kind === "answer" && move.as === "pending" && approval !== undefined;
    return pending
      ? { status: "pending", rules: unsatisfied(approval.asked, approval.verdicts).map(({ rule }) => rule) }
      : { status: "denied", rules: [] };
  }

  #session(id: string): ReplaySession {
    const known = this.#sessions.get(id);
    if (known !== undefined) return known;
    const fresh: ReplaySession = { state: emptySession(id, ""), early: [], said: {}, missing: "the session was not opened" };
    this.#sessions.set(id, fresh);
    return fresh;
  }

  /** Why a session cannot work for its parent. */
  #orphaned({ parent, principal }: Pin): string | undefined {
    if (parent === undefined || this.#session(parent).state.pin?.principal === principal) return undefined;
    return `the parent session \`${parent}\` is not open for this principal; whatever is first observed or called in it opens it`;
  }

  #moment({ state, opened, spoilt }: ReplaySession): Moment | undefined {
    if (opened === undefined || spoilt !== undefined) return undefined;
    const { pin, host } = opened;
    const usage = (limit: string, key: string): number => {
      const statement = this.#program.statements.get(limit);
      return statement !== undefined && "window" in statement
        ? chargedSince(this.#limit(pin, limit, key), this.#now - statement.window)
        : Number.POSITIVE_INFINITY;
    };
    return {
      program: this.#program,
      state,
      pin,
      host,
      now: this.#now,
      usage,
      bounds: {},
      pending: () => 0,
      origins: originsIn(this.#chain(state)),
    };
  }

  /** A session and those that it works for, nearest first. */
  #chain(state: SessionState): readonly SessionState[] {
    const chain = [state];
    for (let parent = state.pin?.parent; parent !== undefined; parent = chain.at(-1)?.pin?.parent) chain.push(this.#session(parent).state);
    return chain;
  }

  #limit(pin: Pin, limit: string, key: string): LimitState {
    const stream = limitStream(pin.tenant, limit, key);
    const state = this.#limits.get(stream) ?? emptyLimit(stream, "");
    this.#limits.set(stream, state);
    return state;
  }

  #charge({ pin }: Moment, { charges }: Decision): void {
    for (const { limit, key, amount } of charges) charge(this.#limit(pin, limit, key), this.#now, amount);
  }

  #apply(state: SessionState, entries: readonly Entry[]): void {
    for (const entry of entries) fold(state, { ...entry, at: this.#now });
    let parent = state.pin?.parent;
    while (parent !== undefined) {
      const above = this.#session(parent).state;
      const puts = labelsAbove(above, state, entries);
      if (puts.length > 0) fold(above, { ...labelEntry(puts, { session: state.pin?.session ?? "" }), at: this.#now });
      parent = above.pin?.parent;
    }
  }
}

function optional({ context, parent }: ReplayOpening): Pick<ReplayOpening, "context" | "parent"> {
  return { ...(context === undefined ? {} : { context }), ...(parent === undefined ? {} : { parent }) };
}

/** Why a session cannot get a parent any more: it was open without that one. */
function moved({ pin }: SessionState, { parent }: ReplayOpening): string | undefined {
  return pin === undefined || parent === undefined || pin.parent === parent ? undefined : "the session was opened with another parent";
}

/** Why a session that was opened before is opened as another one now. */
function changed(said: ReplayOpening, opening: ReplayOpening): string | undefined {
  const other = (key: "principal" | "agent"): boolean => {
    const [before, now] = [said[key], opening[key]];
    if (before === undefined || now === undefined) return false;
    return before.id !== now.id || (key === "principal" && tenantOf(before) !== tenantOf(now));
  };
  if (other("principal")) return "the session was opened again with another principal";
  if (other("agent")) return "the session was opened again with another agent";
  const moved = said.parent !== undefined && opening.parent !== undefined && said.parent !== opening.parent;
  return moved ? "the session was opened again with another parent" : undefined;
}

function tenantOf(identity: JsonObject | { readonly [claim: string]: unknown }): unknown {
  return identity["tenant"] ?? "";
}
