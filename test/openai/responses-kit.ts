import {
  createGate,
  loadPolicy,
  memoryStore,
  type CoverageGap,
  type Gate,
  type Json,
  type ListableStore,
  type SessionInit,
  type Store,
} from "@sallyport/core";
import { shieldClient, type ShieldOptions } from "@sallyport/openai";
import { OpenAI } from "openai";
import { serveResponses, type ResponsesServer, type Turn } from "./responses-server.ts";

/** Small payments run, larger ones wait, `nuke` is never allowed; card numbers leave no answer and no result. */
const POLICY = `
version: 1
name: payments
boundary: { internal: [] }
tools:
  look: { effect: read }
  "crm.*": { effect: read }
  pay: { effect: side_effect, destination: none }
  send: { effect: side_effect, destination: none }
  nuke: { effect: write, destination: none }
  run_sql: { effect: read }
  shell: { effect: side_effect, destination: none }
  computer: { effect: side_effect, destination: none }
  apply_patch: { effect: write, destination: none }
  web_search: { effect: read, trust: untrusted }
  charge: { effect: side_effect, destination: none }
rules:
  - { id: large, tools: [pay], when: args.amount > 100, decide: require_approval, reason: large payment, approval: { by: '"lead" in approver.roles' } }
  - { id: small, tools: [pay, charge], when: args.amount <= 100, decide: allow }
  - { id: memo, tools: [pay], set: { args.memo: '"by sallyport"' } }
  - { id: untouched, tools: [send], when: '!("untrusted" in session.labels)', decide: allow }
  - { id: listing, tools: [shell], when: 'args.commands == ["ls"]', decide: allow }
  - { id: screenshots, tools: [computer], when: 'args.action.type == "screenshot"', decide: allow }
  - { id: docs, tools: [apply_patch], when: 'args.path.startsWith("docs/")', decide: allow }
  - { id: cards, on: output, detect: [pii], decide: redact }
  - { id: results, on: result, detect: [pii], decide: redact }
  - { id: bypass, on: input, when: 'text.contains("ignore the rules")', decide: deny, reason: a bypass }
`;

export const SESSION: SessionInit = { id: "chat-1", principal: { id: "ann" }, agent: { id: "desk" } };
const LEAD = { id: "lea", roles: ["lead"] };
export const CARD = "4111 1111 1111 1111";
export const MODEL = "gpt-test";

const object = { type: "object", properties: {}, additionalProperties: true };

/** A function tool as requests write it. */
export const tool = (name: string): OpenAI.Responses.FunctionTool => ({
  type: "function",
  name,
  description: `does ${name}`,
  parameters: object,
  strict: false,
});

export const TOOLS: readonly OpenAI.Responses.FunctionTool[] = ["look", "pay", "nuke", "send"].map(tool);

/** A shielded client of a server whose model says one thing after the other. */
export interface Bench {
  readonly gate: Gate;
  readonly store: Store & ListableStore;
  readonly client: OpenAI;
  /** the same client without a shield */
  readonly bare: OpenAI;
  readonly server: ResponsesServer;
  readonly gaps: CoverageGap[];
  readonly faults: unknown[];
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export async function benchOf(
  turns: readonly Turn[],
  options: { readonly strict?: boolean; readonly store?: Store; readonly shield?: Partial<ShieldOptions> } = {},
): Promise<Bench> {
  const server = await serveResponses(turns);
  const { gate, store } = await gateOn(options);
  const gaps: CoverageGap[] = [];
  const faults: unknown[] = [];
  const bare = new OpenAI({ apiKey: "test", baseURL: server.baseURL });
  const client = shieldClient(bare, gate, {
    session: SESSION,
    onCoverage: (gap) => void gaps.push(gap),
    onFault: (error) => void faults.push(error),
    ...options.shield,
  });
  return { gate, store, client, bare, server, gaps, faults, [Symbol.asyncDispose]: server.close };
}

/** A gate on the policy of these tests. */
export async function gateOn({ strict = false, store }: { readonly strict?: boolean; readonly store?: Store }) {
  const memory = memoryStore();
  return { gate: await createGate({ policy: loadPolicy(POLICY), store: store ?? memory, strict }), store: memory };
}

/** Approves everything that waits. */
export async function approveAll(gate: Gate): Promise<void> {
  for (const { id } of await gate.approvals.list({ status: "pending" }))
    await gate.approvals.resolve(id, { decision: "approve", approver: LEAD });
}

/** The calls of an answer, with their args. */
export function callsOf({ output }: Pick<OpenAI.Responses.Response, "output">): readonly unknown[] {
  return output.flatMap((item) => (item.type === "function_call" ? [[item.name, JSON.parse(item.arguments)]] : []));
}

/** Asks with a body that the client's types may not know. */
export function post(client: OpenAI, body: object): Promise<OpenAI.Responses.Response> {
  return client.post<OpenAI.Responses.Response>("/responses", { body: { model: MODEL, ...body } });
}

/** What a request carries, as the server reads it. */
export function asJson(value: unknown): Json {
  const copy: Json = JSON.parse(JSON.stringify(value));
  return copy;
}
