import {
  memberOf,
  readJson,
  settledText,
  takeNativeAnswer,
  type Approval,
  type Gate,
  type Resolution,
  type Verdict,
} from "@sallyport/core";
import { carryHints, hintsOf } from "./native-yes.ts";
import { approvalIdIn, rawItemOf } from "./stamp.ts";

/**
 * Takes the answer that somebody gave to an interruption as the verdict of an approver, whom the host app has authenticated;
 * tell the run of it with `applyVerdicts`. The interruption is one of the state as it is stored, never as a client sent it.
 * Ignored where it is none of ours, and where another tool or other args would run than it shows. Rejects like
 * `gate.approvals.resolve`.
 *
 * @example
 * const state = await RunState.fromString(desk, stored);
 * for (const item of state.getInterruptions()) await answerInterruption(gate, item, { decision: "approve", approver });
 * if ((await applyVerdicts(gate, state)).length === 0) await run(desk, state);
 */
export async function answerInterruption(gate: Pick<Gate, "approvals">, interruption: unknown, verdict: Verdict): Promise<Resolution> {
  const id = approvalIdIn(interruption);
  if (id === undefined) return { status: "ignored", rules: [], reason: "this is no interruption of ours" };
  const call = rawItemOf(interruption);
  const asked = await gate.approvals.get(id);
  if (asked !== undefined && asked.call.tool !== memberOf(call, "name"))
    return { status: "ignored", rules: asked.rules, reason: "another tool would run than was shown" };
  const text = memberOf(call, "arguments");
  const shown = typeof text === "string" ? readJson(text) : undefined;
  return takeNativeAnswer(gate.approvals, id, verdict, shown?.ok === true ? shown.value : text);
}

/** A state of a run that waits: a `RunState` of the SDK. */
export interface WaitingState<Item> {
  getInterruptions(): readonly Item[];
  approve(item: Item): void;
  reject(item: Item, options: { readonly message: string }): void;
}

/**
 * Tells a run of the verdicts on record, by its own `approve` and `reject`, so that it may go on: what may run is decided by the
 * gate. Resolves to the approvals that still wait; while there are any, leave the state as it is. An interruption of a tool's own
 * `needsApproval` is yours to answer. Rejects with `store-failed`.
 */
export async function applyVerdicts<Item>(gate: Pick<Gate, "approvals">, state: WaitingState<Item>): Promise<readonly Approval[]> {
  const runContext = memberOf(state, "_context");
  if (typeof runContext === "object" && runContext !== null) carryHints(runContext);
  const items = state.getInterruptions();
  const asked = await Promise.all(
    items.map(async (item) => {
      const id = approvalIdIn(item);
      return { item, approval: id === undefined ? undefined : await gate.approvals.get(id) };
    }),
  );
  const waiting = asked.flatMap(({ approval }) => (approval?.status === "pending" ? [approval] : []));
  if (waiting.length > 0) return waiting;
  for (const { item, approval } of asked) {
    if (approval === undefined) continue;
    if (approval.status === "approved" || approval.status === "withdrawn") {
      confirm(state, item);
      state.approve(item);
    } else state.reject(item, { message: settledText(approval) });
  }
  return [];
}

/** The SDK may take this yes as it takes any other: a verdict on record agrees with it. */
function confirm(state: object, item: unknown): void {
  const runContext = memberOf(state, "_context");
  const agent = memberOf(item, "agent");
  const callId = memberOf(rawItemOf(item), "callId");
  if (typeof runContext !== "object" || runContext === null || typeof agent !== "object" || agent === null) return;
  if (typeof callId === "string") hintsOf(runContext)?.confirm(agent, callId);
}
