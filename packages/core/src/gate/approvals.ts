import { editablePaths } from "../approval/edit.ts";
import type { Judgement, ParsedVerdict } from "../approval/judge.ts";
import { approversOf, expiryOf, isExpired, unsatisfied } from "../approval/requirements.ts";
import { SallyportError } from "../error.ts";
import type { ApprovalEntry } from "../ledger/store.ts";
import { EXPIRED } from "../session/fold-approval.ts";
import type { CallState, SessionState } from "../session/state.ts";
import { isSessionStream } from "../session/stream.ts";
import { readOrigin } from "./arg-origins.ts";
import type { Approval, Approvals, Resolution, Verdict } from "./contract.ts";
import { decideEdit } from "./edit.ts";
import type { Engine } from "./engine.ts";
import type { Journal } from "./journal.ts";
import { judgeCall, readVerdict } from "./verdict.ts";

/** An approval as people see it. */
export function viewApproval(state: SessionState, id: string, now?: number): Approval | undefined {
  const approval = state.approvals.get(id);
  const call = approval === undefined ? undefined : state.calls.get(approval.call);
  if (approval === undefined || call === undefined || state.pin === undefined) return undefined;
  const expiry = expiryOf(approval.asked);
  const open = approval.status === "pending" || (approval.status === "approved" && call.status === "pending");
  const expired = open && now !== undefined && isExpired(approval, now);
  const { tenant, session, principal, agent } = state.pin;
  return {
    id,
    status: expired ? "expired" : approval.status,
    session,
    tenant,
    principal,
    agent,
    call: { id: call.id, tool: call.tool, args: call.decision.args },
    digest: approval.digest,
    rules: unsatisfied(approval.asked, approval.verdicts).map(({ rule }) => rule),
    reason: approval.reason,
    ...(approval.refusal === undefined ? {} : { refusal: approval.refusal }),
    ...denialOf(call, expired),
    asked: approval.asked.map((asked) => ({
      rule: asked.rule,
      ...(asked.by === undefined ? {} : { by: asked.by }),
      quorum: asked.quorum,
      approvers: approversOf(asked, approval.verdicts),
    })),
    ...(approval.edit === undefined ? {} : { edit: { args: approval.edit.args, approver: approval.edit.approver.id } }),
    edited: approval.digest !== approval.first,
    editable: editablePaths(approval.asked),
    origins: approval.origins.map(readOrigin),
    requestedAt: new Date(approval.requestedAt).toISOString(),
    expiresAt: expiry === null ? null : new Date(expiry).toISOString(),
  };
}

function denialOf({ status, decision }: CallState, expired: boolean): Pick<Approval, "denial"> {
  const { reason, rules, errors } = decision;
  if (status === "denied") return { denial: { reason, rules, errors } };
  return expired ? { denial: { reason: EXPIRED, rules, errors } } : {};
}

/** The approvals of a gate's store. Without a policy (another process' command line) edits wait for the app to decide on them. */
export class GateApprovals implements Approvals {
  readonly #engine: Engine;
  readonly #journal: Journal;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#journal = engine.journal;
  }

  async list(
    query: { readonly status?: "pending"; readonly tenant?: string; readonly principal?: string } = {},
  ): Promise<readonly Approval[]> {
    const { status, ...filter } = query;
    const entries = await this.#engine.store.approvals({ ...filter, ...(status === "pending" ? { open: true } : {}) });
    const approvals = await Promise.all(entries.map((entry) => this.#look(entry)));
    return approvals.flatMap((approval) =>
      approval === undefined || (status !== undefined && approval.status !== status) ? [] : [approval],
    );
  }

  async get(id: string): Promise<Approval | undefined> {
    const [entry] = await this.#engine.store.approvals({ id });
    return entry === undefined ? undefined : this.#look(entry);
  }

  async resolve(id: string, verdict: Verdict): Promise<Resolution> {
    const parsed = readVerdict(verdict);
    const [entry] = await this.#engine.store.approvals({ id });
    if (entry === undefined)
      throw new SallyportError("invalid-input", `there is no approval \`${id}\`; list them to see which are pending`);
    await this.#look(entry);
    const judged = await this.#judge(entry, parsed);
    const { status, rules, reason } = judged;
    return status === "edited" ? this.#decideEdit(entry, rules) : { status, rules, ...(reason === undefined ? {} : { reason }) };
  }

  async *watch(signal: AbortSignal): AsyncIterable<Approval> {
    const shown = new Map<string, string>();
    // watching starts before anything is shown, so that nothing falls in between
    const grown = this.#engine.store.watch(signal)[Symbol.asyncIterator]();
    for (const approval of await this.list()) shown.set(approval.id, JSON.stringify(approval));
    for (let next = await grown.next(); next.done !== true; next = await grown.next()) {
      if (isSessionStream(next.value)) yield* this.#changed(next.value, shown);
    }
  }

  async *#changed(stream: string, shown: Map<string, string>): AsyncIterable<Approval> {
    const state = await this.#journal.session(stream);
    for (const id of state.approvals.keys()) {
      const approval = await this.#look({ id, stream });
      const text = JSON.stringify(approval);
      if (approval === undefined || shown.get(id) === text) continue;
      shown.set(id, text);
      yield approval;
    }
  }

  /** An approval as it stands. An edit that another process left is decided on now, or an app that waits for it would wait for ever. */
  async #look({ id, stream }: Pick<ApprovalEntry, "id" | "stream">): Promise<Approval | undefined> {
    const now = await this.#engine.store.now();
    const state = await this.#journal.session(stream);
    const approval = viewApproval(state, id, now);
    if (approval?.status !== "pending" || state.approvals.get(id)?.edit === undefined) return approval;
    await this.#decideEdit({ id, stream }, approval.rules);
    return viewApproval(await this.#journal.session(stream), id, now);
  }

  async #judge({ id, stream }: ApprovalEntry, verdict: ParsedVerdict): Promise<Omit<Judgement, "entries">> {
    return this.#journal.revise(stream, async (state, now) => {
      const approval = state.approvals.get(id);
      const call = approval === undefined ? undefined : state.calls.get(approval.call);
      if (approval === undefined || call === undefined)
        return { entries: [], result: { status: "ignored", rules: [], reason: "nothing is pending" } };
      const { entries, ...result } = judgeCall(state, approval, call, verdict, now);
      return { entries, result };
    });
  }

  /** Decides on an edit where the policy is at hand; else whoever claims the call does. */
  async #decideEdit({ id, stream }: Pick<ApprovalEntry, "id" | "stream">, rules: readonly string[]): Promise<Resolution> {
    const { pin, facts } = await this.#journal.session(stream);
    if (pin === undefined || facts === undefined || !this.#engine.hasPolicy()) return { status: "pending", rules };
    await this.#engine.work(pin, facts, (moment) => {
      const approval = moment.state.approvals.get(id);
      const call = approval === undefined ? undefined : moment.state.calls.get(approval.call);
      const edit = call?.status === "pending" ? approval?.edit : undefined;
      return {
        entries: approval === undefined || call === undefined || edit === undefined ? [] : decideEdit(moment, call, approval, edit),
        result: undefined,
      };
    });
    const approval = viewApproval(await this.#journal.session(stream), id);
    if (approval === undefined || approval.status === "expired" || approval.status === "withdrawn") return { status: "ignored", rules: [] };
    return { status: approval.status, rules: approval.status === "pending" ? approval.rules : [] };
  }
}
