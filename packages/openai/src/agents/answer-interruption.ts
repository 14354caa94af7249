import {
  memberOf,
  readJson,
  settledText,
  takeNativeAnswer,
  type Approval,
  type Gate,
  type Resolution,
  type SessionInit,
  type Verdict,
} from "@sallyport/core";
import { guardOf } from "./mark.ts";
import { isFunctionTool, methodOf } from "./native-agent.ts";
import { carryHints, hintsOf } from "./native-yes.ts";
import { approvalIdIn, rawItemOf } from "./stamp.ts";
import { callKey, toolKey } from "./to-call.ts";

/** Where an interruption was answered. */
export interface InterruptionOptions {
  /** the session whose call was looked at, as your app knows it; never taken from the state */
  readonly session: Pick<SessionInit, "id" | "principal">;
}

/**
 * Takes the answer that somebody gave to an interruption as the verdict of an approver, whom the host app has authenticated;
 * tell the run of it with `applyVerdicts`. The interruption is one of the state as it is stored, never as a client sent it.
 * Ignored where it is none of ours, where another call, another tool or other args would run than it shows, and where the call
 * is one of another session. Rejects like `gate.approvals.resolve`.
 *
 * @example
 * const state = await loadState(desk, stored, chat);
 * for (const item of state.getInterruptions()) await answerInterruption(gate, item, { decision: "approve", approver }, { session });
 * if ((await applyVerdicts(gate, state)).length === 0) await run(desk, state);
 */
export async function answerInterruption(
  gate: Pick<Gate, "approvals">,
  interruption: unknown,
  verdict: Verdict,
  { session }: InterruptionOptions,
): Promise<Resolution> {
  const id = approvalIdIn(interruption);
  if (id === undefined) return { status: "ignored", rules: [], reason: "this is no interruption of ours" };
  const call = rawItemOf(interruption);
  const text = memberOf(call, "arguments");
  const read = typeof text === "string" ? readJson(text) : undefined;
  const args = read?.ok === true ? read.value : text;
  return takeNativeAnswer(gate.approvals, id, verdict, { session, call: memberOf(call, "callId"), tool: shownTool(interruption), args });
}

/** The tool that an interruption shows: a state keeps a name of its own for that, beside the call's. */
function shownTool(interruption: unknown): unknown {
  const call = rawItemOf(interruption);
  const name = memberOf(call, "name");
  // a getter of the SDK's item, which `memberOf` does not read
  const shown: unknown = Reflect.get(Object(interruption), "name") ?? name;
  return shown === `${String(memberOf(call, "namespace"))}.${String(name)}` ? name : shown;
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
 * `needsApproval` is yours to answer, by `state.approve(item)`; so is one of a tool that asks as well as the policy, which stays
 * after the verdict. Rejects with `store-failed`, and with what a tool's `needsApproval` throws.
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
      if (await asksItself(runContext, item, approval)) continue;
      confirm(state, item);
      state.approve(item);
    } else state.reject(item, { message: settledText(approval) });
  }
  return [];
}

/** Whether the tool of a call asks people itself: a verdict on what the policy asks is no answer to that. */
async function asksItself(runContext: unknown, item: unknown, { call: { id, args } }: Approval): Promise<boolean> {
  const agent: unknown = memberOf(item, "agent");
  const call = rawItemOf(item);
  if (typeof agent !== "object" || agent === null) return false;
  const tools = await methodOf(agent, "getAllTools")(runContext);
  const key = callKey({ name: String(memberOf(call, "name")), namespace: memberOf(call, "namespace") });
  const tool = Array.isArray(tools) ? tools.filter(isFunctionTool).find((one) => toolKey(one) === key) : undefined;
  const guard = tool && guardOf(tool);
  if (guard === undefined) return false;
  const asks: unknown = await Reflect.apply(guard.native.needsApproval, undefined, [runContext, args, id]);
  return asks !== false;
}

/** The SDK may take this yes as it takes any other: a verdict on record agrees with it. */
function confirm(state: object, item: unknown): void {
  const runContext = memberOf(state, "_context");
  const agent = memberOf(item, "agent");
  const callId = memberOf(rawItemOf(item), "callId");
  if (typeof runContext !== "object" || runContext === null || typeof agent !== "object" || agent === null) return;
  if (typeof callId === "string") hintsOf(runContext)?.confirm(agent, callId);
}
