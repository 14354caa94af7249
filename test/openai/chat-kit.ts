import {
  createGate,
  loadPolicy,
  memoryStore,
  type Approval,
  type Gate,
  type LedgerRecord,
  type Policy,
  type SessionInit,
  type Store,
} from "@sallyport/core";
import { shieldClient, type ShieldOptions } from "@sallyport/openai";
import { OpenAI } from "openai";
import { serve, type Answer, type Received, type Served } from "./server.ts";

/** Small payments are let go, larger ones wait for a lead, and `nuke` may never be called. */
export const POLICY = `
version: 1
name: payments
boundary: { internal: [] }
tools:
  look: { effect: read }
  pay: { effect: side_effect, destination: none }
  note: { effect: write, destination: none }
  nuke: { effect: write, destination: none }
rules:
  - { id: large, tools: [pay], when: args.amount > 100, decide: require_approval, reason: large payment, approval: { by: '"lead" in approver.roles', expires: 1h, editable: [args.to] } }
  - { id: small, tools: [pay], when: args.amount <= 100, decide: allow }
  - { id: notes, tools: [note], when: 'true', decide: allow }
  - { id: reading, tools: [look], when: 'true', decide: allow }
`;

/** The same with rules on what is said. */
export const OUTPUTS = `${POLICY}
  - { id: mask, on: output, detect: [pii.email], decide: redact }
  - { id: no-plans, on: output, when: 'text.contains("PLAN")', decide: deny }
`;

export const SESSION: SessionInit = { id: "chat-1", principal: { id: "ann" }, agent: { id: "desk" } };
export const LEAD = { id: "lea", roles: ["lead"] };

/** What the model is told of the tools. */
export const TOOLS = ["pay", "note", "nuke", "look"].map((name) => ({
  type: "function" as const,
  function: { name, description: `does ${name}`, parameters: { type: "object", properties: {} } },
}));

/** A gate, a server that plays the model and a shielded client of it. */
export interface Desk {
  readonly gate: Gate;
  readonly store: ReturnType<typeof memoryStore>;
  readonly served: Served;
  readonly client: OpenAI;
  readonly faults: unknown[];
  readonly close: () => Promise<void>;
}

/** How a desk differs from the usual one. */
export interface DeskOptions extends Partial<ShieldOptions> {
  readonly policy?: string | (() => Policy);
  readonly strict?: boolean;
  /** what stands before the store */
  readonly around?: (store: Store) => Store;
}

export async function deskOn(
  answer: (request: Received) => Answer | "hang" | Promise<Answer | "hang">,
  options: DeskOptions = {},
): Promise<Desk> {
  const { policy = POLICY, strict = false, around = (store) => store, ...shield } = options;
  const store = memoryStore();
  const gate = await createGate({ policy: typeof policy === "string" ? loadPolicy(policy) : policy, store: around(store), strict });
  const served = await serve(answer);
  const faults: unknown[] = [];
  const client = shieldClient(bareClient(served), gate, {
    session: SESSION,
    onCoverage: () => {},
    onFault: (fault) => faults.push(fault),
    ...shield,
  });
  return { gate, store, served, client, faults, close: served.close };
}

/** The client that a desk shields; it tries again at once. */
export function bareClient({ baseURL }: Pick<Served, "baseURL">): OpenAI {
  return new OpenAI({ apiKey: "test", baseURL, maxRetries: 2, logLevel: "off" });
}

/** The request that tests send. */
export const asked = (text = "hello") => ({ model: "local", messages: [{ role: "user" as const, content: text }], tools: TOOLS });

export async function onlyPending(gate: Gate): Promise<Approval> {
  const pending = await gate.approvals.list({ status: "pending" });
  const [approval] = pending;
  if (approval === undefined || pending.length > 1) throw new Error(`${pending.length} approvals are pending`);
  return approval;
}

export async function approve(gate: Gate): Promise<void> {
  await gate.approvals.resolve((await onlyPending(gate)).id, { decision: "approve", approver: LEAD });
}

export async function deny(gate: Gate): Promise<void> {
  await gate.approvals.resolve((await onlyPending(gate)).id, { decision: "deny", approver: LEAD, reason: "too much" });
}

/** The records of the session, in order. */
export async function recordsOf({ store }: Pick<Desk, "store">): Promise<readonly LedgerRecord[]> {
  const streams = await store.streams();
  const all = await Promise.all(streams.map(({ stream }) => store.read(stream, 0)));
  return all.flat();
}

/** The types of the records. */
export async function typesOf(desk: Pick<Desk, "store">): Promise<readonly string[]> {
  return (await recordsOf(desk)).map(({ type }) => type);
}
