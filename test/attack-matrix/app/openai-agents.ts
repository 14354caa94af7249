import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  Agent,
  defineToolOutputGuardrail,
  Runner,
  RunState,
  ToolGuardrailFunctionOutputFactory,
  tool,
  type Tool,
  type ToolOutputGuardrailDefinition,
} from "@openai/agents";
import { assistantMessage, functionCall, ScriptedModel } from "@openai/agents/testing";
import { guardAgent } from "@sallyport/openai/agents";
import { openGate, sessionOf } from "./gate.ts";
import type { Answer, Orders, Report, ScriptedCall } from "./orders.ts";
import { needsHuman, toolsFor } from "./own-rules.ts";
import { deskTools, type DeskTool } from "./tools.ts";
import { userOf } from "./users.ts";

/** What a run of the desk's agent is about; it is stored with its state. */
interface DeskContext {
  readonly user: string;
}

type DeskAgent = Agent<DeskContext>;
type State = RunState<DeskContext, DeskAgent>;

/** Serves a request with OpenAI Agents: the state of the run is in a file. */
export async function runOpenAIAgents(orders: Orders): Promise<Report> {
  const file = join(orders.folder, "state", "run.json");
  const model = scriptedModel(orders.turns);
  const agent = await guarded(orders, model);
  const runner = new Runner({ tracingDisabled: true });
  let waiting = 0;
  let error: string | undefined;
  try {
    const state = orders.answers === undefined ? undefined : await resumed(agent, file, orders.answers);
    const { state: now, interruptions } = await runner.run(agent, state ?? "do it", { context: { user: orders.user }, maxTurns: 30 });
    waiting = interruptions.length;
    writeFileSync(file, now.toString());
  } catch (thrown) {
    error = String(thrown);
  }
  const seen = JSON.stringify(model.calls.map(({ request }) => request.input));
  return { waiting, seen, ...(error === undefined ? {} : { error }) };
}

/** A model that plays turns, and then says goodbye. */
function scriptedModel(turns: Orders["turns"]): ScriptedModel {
  const proposed = turns.filter((calls) => calls.length > 0).map((calls) => calls.map(asNativeCall));
  // one goodbye a resume
  const goodbyes = Array.from({ length: 30 }, () => [assistantMessage("goodbye")]);
  return new ScriptedModel([...proposed, ...goodbyes]);
}

/** An agent as a tool has an argument of the SDK's own. */
function asNativeCall({ id, tool: name, args }: ScriptedCall) {
  return functionCall(name, name === "ask_clerk" ? { input: args["task"] } : { ...args }, { callId: id });
}

async function resumed(agent: DeskAgent, file: string, answers: readonly Answer[]): Promise<State> {
  const state = await RunState.fromString<DeskContext, DeskAgent>(agent, existsSync(file) ? readFileSync(file, "utf8") : "");
  for (const item of state.getInterruptions()) {
    const answer = answers.find(({ call }) => "callId" in item.rawItem && item.rawItem.callId === call);
    // there is no answer that changes arguments: an edit is a yes to them as they are
    if (answer?.says === "no") state.reject(item);
    else if (answer !== undefined) state.approve(item);
  }
  return state;
}

async function guarded(orders: Orders, model: ScriptedModel): Promise<DeskAgent> {
  return orders.guard === "sallyport" ? withGate(orders, model) : withOwnApproval(orders, model);
}

async function withGate(orders: Orders, model: ScriptedModel): Promise<DeskAgent> {
  const gate = await openGate(orders.folder);
  const desk = sessionOf(orders.chat, userOf(orders.user));
  const tools = deskTools(orders).map((one) => nativeTool(one, {}));
  const clerk = clerkOf(orders, tools).map((agent) =>
    guardAgent(agent, gate, { session: { ...desk, id: `${desk.id}/clerk`, parent: desk.id }, onCoverage: () => {} }),
  );
  return guardAgent(deskAgent(model, tools, clerk), gate, { session: desk, onCoverage: () => {} });
}

function withOwnApproval(orders: Orders, model: ScriptedModel): DeskAgent {
  const tools = deskTools(orders).map((one) => nativeTool(one, ownApproval(one.name)));
  return deskAgent(model, tools, clerkOf(orders, tools));
}

/** The agent that the user talks to, with its sub-agents as tools. */
function deskAgent(model: ScriptedModel, tools: readonly NativeTool[], clerks: readonly DeskAgent[]): DeskAgent {
  const clerkTools = clerks.map((clerk) => clerk.asTool({ toolName: "ask_clerk", toolDescription: "hands a task to the clerk" }));
  return new Agent<DeskContext>({ name: "desk", instructions: "you help", model, tools: [...tools, ...clerkTools] });
}

type NativeTool = Tool<DeskContext>;

/** How a tool asks, hides and checks by itself. */
interface Approval {
  readonly needsApproval?: (context: unknown, input: unknown) => Promise<boolean>;
  readonly isEnabled?: (given: { readonly runContext: { readonly context: DeskContext } }) => boolean;
  readonly outputGuardrails?: ToolOutputGuardrailDefinition<DeskContext>[];
}

/** The documented ways: the tools that may cost something ask, others are enabled for whom they are meant, outputs are checked. */
function ownApproval(name: string): Approval {
  return {
    ...(ASKS.has(name) ? { needsApproval: async (_context, input) => needsHuman(name, input) } : {}),
    isEnabled: ({ runContext }) => toolsFor(userOf(runContext.context.user), [name]).length > 0,
    outputGuardrails: [withoutPersonalData],
  };
}

/** Approval is a property of each tool; no setting of the SDK covers all of them. */
const ASKS: ReadonlySet<string> = new Set(["pay", "lend"]);

/** The documented way to keep personal data from the model: an output in which a pattern finds some is rejected. */
const withoutPersonalData = defineToolOutputGuardrail<DeskContext>({
  name: "personal data",
  run: async ({ output }) =>
    /\b\d{3}-\d{2}-\d{4}\b|\b\d{13,16}\b/.test(typeof output === "string" ? output : JSON.stringify(output))
      ? ToolGuardrailFunctionOutputFactory.rejectContent("the output held personal data")
      : ToolGuardrailFunctionOutputFactory.allow(),
});

function nativeTool({ name, description, schema, run }: DeskTool, approval: Approval): NativeTool {
  return tool({
    name,
    description,
    parameters: schema,
    execute: async (args, context) => JSON.stringify(await run(args, String(context?.context.user))),
    ...approval,
  });
}

/** The agent's sub-agent, with the same tools. */
function clerkOf({ clerk }: Orders, tools: NativeTool[]): readonly DeskAgent[] {
  if (clerk === undefined) return [];
  return [new Agent<DeskContext>({ name: "clerk", instructions: "you help", model: scriptedModel(clerk), tools })];
}
