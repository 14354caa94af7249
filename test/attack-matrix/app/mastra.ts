import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Agent } from "@mastra/core/agent";
import type { MastraModelConfig } from "@mastra/core/llm";
import { Mastra } from "@mastra/core/mastra";
import { RequestContext } from "@mastra/core/request-context";
import { createTool } from "@mastra/core/tools";
import { LibSQLStore } from "@mastra/libsql";
import type { SessionInit } from "@sallyport/core";
import { guardTools, policyHooks, policyProcessor, type Handed } from "@sallyport/mastra";
import { scriptedModel } from "./ai-sdk.ts";
import { openGate, sessionOf } from "./gate.ts";
import type { Answer, Orders, Report, ScriptedCall } from "./orders.ts";
import { needsHuman, toolsFor } from "./own-rules.ts";
import { deskTools, type DeskTool } from "./tools.ts";
import { userOf } from "./users.ts";

const CLERK = "agent-clerk";

/** Serves a request with Mastra's agent: suspended runs are in a LibSQL file, the run's id is the app's to keep. */
export async function runMastra(orders: Orders): Promise<Report> {
  const model = scriptedModel(orders.turns.map((calls) => calls.map(asMastraCalls)));
  const state = join(orders.folder, "state");
  const { tools, agent: config, options } = await guarded(orders);
  const desk = new Agent({
    id: "desk",
    name: "desk",
    instructions: "you help",
    model: native(model),
    tools,
    ...config,
    ...clerkOf(orders, tools),
  });
  const storage = new LibSQLStore({ id: "state", url: `file:${join(state, "mastra.db")}` });
  const agent = new Mastra({ agents: { desk }, storage, logger: false }).getAgent("desk");
  const requestContext = new RequestContext();
  requestContext.set("user", orders.user);
  const kept = join(state, "run.txt");
  let error: string | undefined;
  try {
    if (orders.answers === undefined) {
      const { runId } = await agent.generate("do it", { ...options, requestContext, maxSteps: 20 });
      writeFileSync(kept, String(runId));
    } else {
      const runId = existsSync(kept) ? readFileSync(kept, "utf8") : "";
      for (const answer of orders.answers) await resume(agent, answer, { ...options, requestContext, runId, toolCallId: answer.call });
    }
  } catch (thrown) {
    error = String(thrown);
  }
  const { runs } = await agent.listSuspendedRuns({});
  const waiting = runs.flatMap(({ toolCalls }) => toolCalls).length;
  return {
    waiting,
    seen: JSON.stringify([...model.doGenerateCalls, ...model.doStreamCalls].map(({ prompt }) => prompt)),
    ...(error === undefined ? {} : { error }),
  };
}

type ResumeOptions = Parameters<Agent["approveToolCall"]>[0];

async function resume(agent: Agent, { says }: Answer, options: ResumeOptions): Promise<void> {
  const stream = await streamOf(agent, says, options);
  await stream.consumeStream();
}

async function streamOf(agent: Agent, says: Answer["says"], options: ResumeOptions) {
  if (says === "yes") return agent.approveToolCall(options);
  return says === "no" ? agent.declineToolCall(options) : agent.resumeStream({ approved: true, args: says.edit }, options);
}

/** A sub-agent is a tool with a name and an argument of Mastra's own. */
function asMastraCalls(call: ScriptedCall): ScriptedCall {
  return call.tool === "ask_clerk" ? { ...call, tool: CLERK, args: { prompt: call.args["task"] } } : call;
}

/** Mastra runs the AI SDK's models, but has types of its own for them. */
function native(model: ReturnType<typeof scriptedModel>): MastraModelConfig {
  return Object.create(model);
}

type MastraTool = ReturnType<typeof nativeTool>;

type Tools = Readonly<Record<string, MastraTool>>;

type AgentConfig = ConstructorParameters<typeof Agent>[0];

interface Guarded {
  readonly tools: Tools;
  readonly agent: Pick<AgentConfig, "inputProcessors" | "outputProcessors" | "hooks">;
  readonly options: Pick<ResumeOptions, "activeTools" | "requireToolApproval">;
}

async function guarded(orders: Orders): Promise<Guarded> {
  return orders.guard === "sallyport" ? withGate(orders) : withOwnApproval(orders);
}

async function withGate(orders: Orders): Promise<Guarded> {
  const gate = await openGate(orders.folder);
  const session = ({ requestContext }: Handed): SessionInit => sessionOf(orders.chat, userOf(String(requestContext?.get("user"))));
  const quiet = { onCoverage: () => {}, except: [CLERK] };
  const tools = guardTools(
    gate,
    toolsOf(orders, () => nothingAsked),
    { session, ...quiet },
  );
  const policy = policyProcessor(gate, { session, ...quiet });
  return {
    tools,
    agent: { inputProcessors: [policy], outputProcessors: [policy], hooks: policyHooks(gate, { tools, ...quiet }) },
    options: {},
  };
}

function withOwnApproval(orders: Orders): Guarded {
  const tools = toolsOf(orders, (name) => ({ requireApproval: (args) => needsHuman(name, args) }));
  const activeTools = toolsFor(userOf(orders.user), [...Object.keys(tools), CLERK]);
  return { tools, agent: {}, options: { activeTools, requireToolApproval: ({ toolName, args }) => needsHuman(toolName, args) } };
}

/** How a tool asks a human by itself: then also where another agent has it. */
interface Asks {
  readonly requireApproval?: (args: unknown) => boolean;
}

const nothingAsked: Asks = {};

function toolsOf(orders: Orders, asks: (name: string) => Asks): Tools {
  return Object.fromEntries(deskTools(orders).map((tool) => [tool.name, nativeTool(tool, asks(tool.name))]));
}

function nativeTool({ name, description, schema, run }: DeskTool, asks: Asks) {
  return createTool({
    id: name,
    description,
    inputSchema: schema,
    execute: async (args, context) => run(args, String(context.requestContext?.get("user"))),
    ...asks,
  });
}

/** The agent's sub-agent, Mastra's own way, with the same tools; the parent calls it as the tool `agent-clerk`. */
function clerkOf({ clerk }: Orders, tools: Tools): { readonly agents?: Readonly<Record<string, Agent>> } {
  if (clerk === undefined) return {};
  const model = native(scriptedModel(clerk));
  return {
    agents: {
      clerk: new Agent({ id: "clerk", name: "clerk", description: "does tasks", instructions: "you help", model, tools: { ...tools } }),
    },
  };
}
