import { createGate, loadPolicy, memoryStore, type Gate, type ListableStore, type SessionInit, type Store } from "@sallyport/core";
import type { ToolControl } from "@sallyport/openai";
import { OpenAI } from "openai";
import { zodFunction } from "openai/helpers/zod";
import { z } from "zod";
import { answerTo, type Said } from "./completions.ts";
import { serve, type Served } from "./server.ts";

/** Small payments run, larger ones wait for a lead, `nuke` is never allowed, and what `look` returns is cut down. */
const POLICY = `
version: 1
name: payments
boundary: { internal: [] }
tools:
  look: { effect: read }
  ask: { effect: read }
  fail: { effect: read }
  pay: { effect: side_effect, destination: none }
  nuke: { effect: write, destination: none }
rules:
  - { id: large, tools: [pay], when: args.amount > 100, decide: require_approval, reason: large payment, approval: { by: '"lead" in approver.roles', editable: [args.amount] } }
  - { id: small, tools: [pay], when: args.amount <= 100, decide: allow }
  - { id: least-data, on: result, tools: [look], keep: [id, name] }
`;

export const SESSION: SessionInit = { id: "chat-1", principal: { id: "ann" }, agent: { id: "desk" } };
export const LEAD = { id: "lea", roles: ["lead"] };

export async function gateOf(store: Store = memoryStore(), more: { readonly strict?: boolean } = {}): Promise<Gate> {
  return createGate({ policy: loadPolicy(POLICY), store, ...more });
}

/** What the tools of a test did. */
export interface World {
  readonly paid: { readonly to: string; readonly amount: number }[];
  readonly handed: { readonly callId: string | undefined; readonly idempotencyKey: string | undefined; readonly context: unknown }[];
}

export function emptyWorld(): World {
  return { paid: [], handed: [] };
}

const Payment = z.object({ to: z.string().trim(), amount: z.number() });

/** Tools with an effect that the test can count, in all the shapes that the client has. */
export function toolsOf(world: World) {
  const pay = async (payment: z.infer<typeof Payment>, _runner?: unknown, context?: unknown, control?: ToolControl) => {
    world.paid.push({ to: payment.to, amount: payment.amount });
    world.handed.push({ callId: control?.callId, idempotencyKey: control?.idempotencyKey, context });
    return { receipt: world.paid.length };
  };
  const look = async (text: string) => ({ id: 1, name: "bob", iban: "DE00", asked: text });
  const fail = async () => {
    throw new Error("it broke");
  };
  const none = { type: "object" as const, properties: {} };
  return [
    {
      type: "function" as const,
      function: {
        name: "pay",
        description: "pays",
        parameters: none,
        parse: (text: string) => Payment.parse(JSON.parse(text)),
        function: pay,
      },
    },
    { type: "function" as const, function: { name: "look", description: "looks", parameters: none, function: look } },
    { type: "function" as const, function: { name: "fail", description: "fails", parameters: none, parse: JSON.parse, function: fail } },
    {
      type: "function" as const,
      function: {
        description: "ends it",
        parameters: none,
        parse: JSON.parse,
        function: async function nuke() {
          return world.paid.push({ to: "nobody", amount: 0 });
        },
      },
    },
  ];
}

/** The same tool as `zodFunction` makes it, which keeps what runs beside what is sent. */
export function zodToolsOf(world: World) {
  const pay = async ({ to, amount }: z.infer<typeof Payment>) => world.paid.push({ to, amount });
  return [zodFunction({ name: "pay", parameters: Payment, function: pay })];
}

/** A client of a server whose model says one message after the other, and then the last one for ever. */
export async function modelOf(...says: readonly Said[]): Promise<{ readonly client: OpenAI; readonly server: Served }> {
  let asked = 0;
  const server = await serve(({ body }) => answerTo(body, says[Math.min(asked++, says.length - 1)] ?? {}));
  return { client: new OpenAI({ apiKey: "none", baseURL: server.baseURL, maxRetries: 0 }), server };
}

/** What the model was shown last: the texts of tool messages by call. */
export function shownTo({ requests }: Served): readonly (readonly [unknown, unknown])[] {
  const messages = requests.at(-1)?.body["messages"];
  const list: readonly unknown[] = Array.isArray(messages) ? messages : [];
  return list.flatMap((message): readonly (readonly [unknown, unknown])[] => {
    const { role, tool_call_id: id, content } = Object(message);
    return role === "tool" ? [[id, content]] : [];
  });
}

/** The types of the records of all sessions, with the call that each is about. */
export async function recordsIn(store: ListableStore): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { stream } of await store.streams())
    for (const { type, state } of await store.read(stream, 0))
      if (type.startsWith("call.")) lines.push(`${type} ${JSON.stringify(state["call"]).slice(1, -1)}`);
  return lines;
}
