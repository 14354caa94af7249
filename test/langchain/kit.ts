import {
  createGate,
  loadPolicy,
  memoryStore,
  type Approval,
  type Gate,
  type LedgerRecord,
  type SessionInit,
  type Store,
} from "@sallyport/core";
import type { ToolCall } from "@langchain/core/messages/tool";
import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";

/** Small payments run, larger ones wait for a lead, `nuke` is never allowed, and what `look` returns is cut down. */
export const POLICY = `
version: 1
name: payments
boundary: { internal: [] }
tools:
  look: { effect: read }
  peek: { effect: read }
  ask: { effect: read }
  read_mail: { effect: read, trust: untrusted }
  pay: { effect: side_effect, destination: none }
  nuke: { effect: write, destination: none }
  delegate: { effect: read }
rules:
  - { id: large, tools: [pay], when: args.amount > 100, decide: require_approval, reason: large payment, approval: { by: '"lead" in approver.roles', expires: 1h, editable: [args.to] } }
  - { id: small, tools: [pay], when: args.amount <= 100, decide: allow }
  - { id: tainted, effects: [side_effect], when: '"untrusted" in session.labels', decide: deny, reason: an outside text was read }
  - { id: least-data, on: result, tools: [look], keep: [id, name] }
`;

export const SESSION: SessionInit = { id: "chat-1", principal: { id: "ann" }, agent: { id: "desk" } };
export const LEAD = { id: "lea", roles: ["lead"] };

/** What the tools of a test did. */
export interface World {
  readonly paid: { readonly to: string; readonly amount: number }[];
  readonly handed: object[];
  nuked: number;
}

export function emptyWorld(): World {
  return { paid: [], handed: [], nuked: 0 };
}

/** Tools with an effect that the test can count. */
export function toolsOf(world: World) {
  return {
    pay: tool(
      async (input, config) => {
        world.paid.push(input);
        world.handed.push(config);
        return { receipt: world.paid.length };
      },
      { name: "pay", description: "pays somebody", schema: z.object({ to: z.string().default("bob"), amount: z.coerce.number() }) },
    ),
    nuke: tool(
      async () => {
        world.nuked += 1;
        return "boom";
      },
      { name: "nuke", description: "ends it", schema: z.object({}) },
    ),
    look: tool(async ({ id }) => JSON.stringify({ id, name: "Bob", ssn: SECRET }), {
      name: "look",
      description: "looks somebody up",
      schema: z.object({ id: z.number() }),
    }),
  };
}

/** What `look` knows and nobody may see. */
export const SECRET = "123-45-6789";

export async function gateOn(
  store: Store = memoryStore(),
  policy: string = POLICY,
  options: { readonly strict?: boolean } = {},
): Promise<Gate> {
  return createGate({ policy: loadPolicy(policy), store, ...options });
}

export const call = (name: string, args: Record<string, unknown>, id = "c1"): ToolCall & { type: "tool_call" } => ({
  type: "tool_call",
  name,
  args,
  id,
});

/** A message of the model with calls. */
export const turn = (...calls: readonly ToolCall[]): AIMessage => new AIMessage({ content: "", tool_calls: [...calls] });

/** The results in messages: `[call id, status, content]`. */
export function resultsIn(messages: readonly BaseMessage[]): readonly (readonly [string, string | undefined, unknown])[] {
  return messages.flatMap((message) =>
    ToolMessage.isInstance(message) ? [[message.tool_call_id, message.status, message.content] as const] : [],
  );
}

/** Results by call id: calls of one batch end in any order. */
export const sorted = (results: ReturnType<typeof resultsIn>): ReturnType<typeof resultsIn> =>
  results.toSorted(([a], [b]) => a.localeCompare(b));

export async function onlyPending(gate: Gate): Promise<Approval> {
  const pending = await gate.approvals.list({ status: "pending" });
  const [approval] = pending;
  if (approval === undefined || pending.length > 1) throw new Error(`${pending.length} approvals are pending`);
  return approval;
}

export async function approve(gate: Gate, approver: { readonly id: string } = LEAD): Promise<void> {
  await gate.approvals.resolve((await onlyPending(gate)).id, { decision: "approve", approver });
}

/** What is recorded of calls: `type call` for each, in order. */
export async function recordsOf(store: Store & { streams(): Promise<readonly { readonly stream: string }[]> }): Promise<readonly string[]> {
  const streams = await store.streams();
  const lists = await Promise.all(streams.map(({ stream }) => store.read(stream, 0)));
  return lists
    .flat()
    .flatMap(({ type, state }: LedgerRecord) =>
      typeof state["call"] === "string" && type.startsWith("call.") ? [`${type} ${state["call"]}`] : [],
    );
}
