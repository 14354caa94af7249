import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, type AgentExecutionOptions, type ToolsInput } from "@mastra/core/agent";
import type { MastraModelConfig } from "@mastra/core/llm";
import { Mastra } from "@mastra/core/mastra";
import { RequestContext } from "@mastra/core/request-context";
import { createTool, type ToolHooks } from "@mastra/core/tools";
import { LibSQLStore } from "@mastra/libsql";
import { guardTools, policyProcessor, type Handed } from "@sallyport/mastra";
import {
  createGate,
  loadPolicy,
  type Approval,
  type Gate,
  type LedgerRecord,
  type OnCoverage,
  type SessionInit,
  type Store,
} from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { z } from "zod";
import type { scripted } from "../ai-sdk/kit.ts";

export { call, failing, scripted, text, type Content } from "../ai-sdk/kit.ts";

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
  ghost: { effect: read }
rules:
  - { id: large, tools: [pay], when: args.amount > 100, decide: require_approval, reason: large payment, approval: { by: '"lead" in approver.roles', expires: 1h } }
  - { id: small, tools: [pay], when: args.amount <= 100, decide: allow }
  - { id: least-data, on: result, tools: [look], keep: [id, name] }
`;

export const SESSION: SessionInit = { id: "chat-1", principal: { id: "ann" }, agent: { id: "desk" } };
export const LEAD = { id: "lea", roles: ["lead"] };

/** What the tools of a test did. */
export interface World {
  readonly paid: { readonly to: string; readonly amount: number }[];
  readonly keys: string[];
  readonly contexts: object[];
  nuked: number;
}

export function emptyWorld(): World {
  return { paid: [], keys: [], contexts: [], nuked: 0 };
}

/** Tools with an effect that the test can count. */
export function toolsOf(world: World) {
  return {
    pay: createTool({
      id: "pay",
      description: "pays somebody",
      inputSchema: z.object({ to: z.string().default("bob"), amount: z.coerce.number() }),
      execute: async (input, context) => {
        world.paid.push(input);
        world.contexts.push(context);
        world.keys.push(String(Reflect.get(context, "idempotencyKey")));
        return { receipt: world.paid.length };
      },
    }),
    nuke: createTool({
      id: "nuke",
      description: "ends it all",
      inputSchema: z.object({}),
      execute: async () => {
        world.nuked += 1;
        return "boom";
      },
    }),
    look: createTool({
      id: "look",
      description: "looks somebody up",
      inputSchema: z.object({ id: z.number() }),
      execute: async ({ id }) => ({ id, name: "Bob", ssn: "123-45-6789" }),
    }),
    fail: createTool({
      id: "fail",
      description: "fails",
      inputSchema: z.object({}),
      execute: async () => {
        throw Object.assign(new Error("no route to host"), { secret: "sk-live-1" });
      },
    }),
  };
}

export async function gateOn(store: Store, policy: string = POLICY, options: { readonly strict?: boolean } = {}): Promise<Gate> {
  return createGate({ policy: loadPolicy(policy), store, ...options });
}

/** A folder for a test, with a store of Mastra's and one of ours in it. */
export interface Desk {
  readonly folder: string;
  readonly store: ReturnType<typeof sqliteStore>;
  readonly storage: LibSQLStore;
  readonly close: () => Promise<void>;
}

export function deskIn(folder: string = mkdtempSync(join(tmpdir(), "sallyport-")), clock: () => number = () => Date.now()): Desk {
  const store = sqliteStore(join(folder, "gate.db"), { clock });
  const storage = new LibSQLStore({ id: "mastra", url: `file:${join(folder, "mastra.db")}` });
  return {
    folder,
    store,
    storage,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a test's agent has. */
export interface AgentSetup {
  readonly bare?: true;
  readonly tools?: ToolsInput;
  readonly agents?: Record<string, Agent>;
  readonly hooks?: ToolHooks;
  readonly onCoverage?: OnCoverage;
  readonly except?: readonly string[];
}

/** An agent on a storage; without a processor where `bare`. */
export function agentOn(storage: LibSQLStore, gate: Gate, model: ReturnType<typeof scripted>, config: AgentSetup = {}): Agent {
  const { bare, onCoverage = () => {}, except = [], ...rest } = config;
  const policy = policyProcessor(gate, { session: sessionOf, onCoverage, except });
  const agent = new Agent({
    id: "desk",
    name: "desk",
    instructions: "help",
    model: modelOf(model),
    ...(bare ? {} : { inputProcessors: [policy], outputProcessors: [policy] }),
    ...rest,
  });
  return new Mastra({ agents: { desk: agent }, storage, logger: false }).getAgent("desk");
}

/** The scripted model as Mastra's types know models: their copy of the specification is not the SDK's. */
export function modelOf(model: unknown): MastraModelConfig {
  if (!isModel(model)) throw new Error("this is no model");
  return model;
}

function isModel(model: unknown): model is MastraModelConfig {
  return typeof model === "object" && model !== null && "doGenerate" in model;
}

/** The session as a host finds it: by the thread where there is one, and for whoever the request is made for. */
export function sessionOf({ threadId, requestContext }: Handed): SessionInit {
  const user: unknown = requestContext?.get("user");
  return {
    ...SESSION,
    ...(threadId === undefined ? {} : { id: threadId }),
    ...(typeof user === "string" ? { principal: { id: user } } : {}),
  };
}

export function guarded(gate: Gate, world: World) {
  return guardTools(gate, toolsOf(world), { session: sessionOf, onCoverage: () => {}, onFault: () => {} });
}

export function requestOf(user: string): RequestContext {
  const context = new RequestContext();
  context.set("user", user);
  return context;
}

export async function onlyPending(gate: Gate): Promise<Approval> {
  const pending = await gate.approvals.list({ status: "pending" });
  const [approval] = pending;
  if (approval === undefined || pending.length > 1) throw new Error(`${pending.length} approvals are pending`);
  return approval;
}

/** All records of a store, in the order of their streams. */
export async function recordsOf(
  store: Store & { streams(): Promise<readonly { readonly stream: string }[]> },
): Promise<readonly LedgerRecord[]> {
  const lists = await Promise.all((await store.streams()).map(({ stream }) => store.read(stream, 0)));
  return lists.flat();
}

/** What the model was shown of its calls in its last prompt. */
export function shownTo(model: ReturnType<typeof scripted>): unknown[] {
  const asked = [...model.doGenerateCalls, ...model.doStreamCalls];
  const prompt = asked.reduce((longest, { prompt }) => (prompt.length >= longest.length ? prompt : longest), asked[0]?.prompt ?? []);
  return prompt.flatMap(({ role, content }) =>
    role === "tool" ? content.flatMap((part) => (part.type === "tool-result" ? [part.output] : [])) : [],
  );
}

type RunOptions = Pick<AgentExecutionOptions, "requestContext" | "memory" | "toolsets" | "hooks" | "eagerToolExecution" | "abortSignal">;

/** Runs an agent to its end or its pause. */
export async function runOf(
  agent: Agent,
  kind: "generate" | "stream",
  options: RunOptions = {},
): Promise<{
  readonly runId: string;
  readonly finishReason: string | undefined;
  readonly chunks: readonly unknown[];
  readonly native: unknown;
}> {
  if (kind === "generate") {
    const result = await agent.generate("go on", options);
    return { runId: result.runId ?? "", finishReason: result.finishReason, chunks: [], native: result };
  }
  const stream = await agent.stream("go on", options);
  const chunks: unknown[] = [];
  for await (const chunk of stream.fullStream) chunks.push(chunk);
  return { runId: stream.runId, finishReason: await stream.finishReason, chunks, native: await stream.getFullOutput() };
}
