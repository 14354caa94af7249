import { join } from "node:path";
import { Command, type StateSnapshot } from "@langchain/langgraph";
import type { SessionInit } from "@sallyport/core";
import { guardTools, policyMiddleware, type Handed } from "@sallyport/langchain";
import {
  AIMessage,
  createAgent,
  createMiddleware,
  fakeModel,
  humanInTheLoopMiddleware,
  piiMiddleware,
  tool,
  toolErrorMiddleware,
  type ActionRequest,
  type AgentMiddleware,
  type Decision,
  type DynamicStructuredTool,
} from "langchain";
import { z } from "zod";
import { openGate, sessionOf } from "./gate.ts";
import type { Answer, Orders, Report } from "./orders.ts";
import { needsHuman, toolsFor } from "./own-rules.ts";
import { openSaver } from "../../../examples/langgraph/sqlite-saver.ts";
import { deskTools, type DeskTool } from "./tools.ts";
import { userOf } from "./users.ts";

/** Serves a request with LangChain's agent on LangGraph: the state is in a SQLite checkpointer. */
export async function runLangGraph(orders: Orders): Promise<Report> {
  const model = scriptedModel(orders.turns);
  const { tools, middleware } = await guarded(orders);
  const agent = createAgent({
    model,
    tools: withClerk(tools, orders),
    middleware,
    contextSchema: z.object({ user: z.string() }),
    checkpointer: openSaver(join(orders.folder, "state", "checkpoints.db")),
  });
  const config = {
    configurable: { thread_id: orders.chat },
    context: { user: orders.user },
    durability: "sync" as const,
    recursionLimit: 100,
  };
  const { answers } = orders;
  let error: string | undefined;
  try {
    if (answers === undefined) await agent.invoke({ messages: [{ role: "user", content: "do it" }] }, config);
    else await agent.invoke(new Command({ resume: { decisions: decisionsOn(await agent.graph.getState(config), answers) } }), config);
  } catch (thrown) {
    error = String(thrown);
  }
  const waiting = requestsIn(await agent.graph.getState(config)).length;
  return { waiting, seen: JSON.stringify(model.calls.map(({ messages }) => messages)), ...(error === undefined ? {} : { error }) };
}

function scriptedModel(turns: Orders["turns"]): ReturnType<typeof fakeModel> {
  const model = fakeModel();
  for (const calls of turns) model.respondWithTools(calls.map(({ id, tool: name, args }) => ({ id, name, args })));
  // one goodbye a resume
  for (let left = 0; left < 30; left += 1) model.respond(new AIMessage("goodbye"));
  return model;
}

interface Guarded {
  readonly tools: DynamicStructuredTool[];
  readonly middleware: readonly AgentMiddleware[];
}

async function guarded(orders: Orders): Promise<Guarded> {
  const tools = deskTools(orders).map(nativeTool);
  if (orders.guard !== "sallyport") return { tools, middleware: [hiding(orders), asking(), ...masking(), hushing()] };
  const gate = await openGate(orders.folder);
  const session = ({ context }: Handed): SessionInit => sessionOf(orders.chat, userOf(userIn(context)));
  const options = { session, onCoverage: () => {} };
  return { tools: guardTools(gate, tools, options), middleware: policyMiddleware(gate, options) };
}

function userIn(context: unknown): string {
  const { user }: { user?: unknown } = typeof context === "object" && context !== null ? context : {};
  return String(user);
}

function nativeTool({ name, description, schema, run }: DeskTool): DynamicStructuredTool {
  return tool(async (args: Readonly<Record<string, unknown>>, { context }) => JSON.stringify(await run(args, userIn(context))), {
    name,
    description,
    schema,
  });
}

/** The documented way to ask a human; it asks about the tools that are on its list. */
function asking(): AgentMiddleware {
  const when = ({ toolCall }: { readonly toolCall: { readonly name: string; readonly args: unknown } }): boolean =>
    needsHuman(toolCall.name, toolCall.args);
  const pay = { allowedDecisions: ["approve", "edit", "reject"], when };
  const options = { interruptOn: { pay, lend: { allowedDecisions: ["approve", "reject"] } } };
  // called this way, since the type of its options is `never` under exactOptionalPropertyTypes
  return Reflect.apply(humanInTheLoopMiddleware, undefined, [options]);
}

/** The documented way to keep personal data from the model: what a pattern finds is masked. */
function masking(): AgentMiddleware[] {
  const options = { strategy: "redact", applyToToolResults: true } as const;
  return [piiMiddleware("credit_card", options), piiMiddleware("ssn", { ...options, detector: "\\b\\d{3}-\\d{2}-\\d{4}\\b" })];
}

/** The documented way to keep the text of errors from the model. */
function hushing(): AgentMiddleware {
  return toolErrorMiddleware({
    onError: (error, { toolCall }) => `${toolCall.name} failed with ${error instanceof Error ? error.name : "an error"}`,
  });
}

/** The documented way to offer a user fewer tools than there are. */
function hiding({ user }: Orders): AgentMiddleware {
  return createMiddleware({
    name: "Hiding",
    wrapModelCall: (request, handler) => {
      const names = new Set(
        toolsFor(
          userOf(user),
          request.tools.map(({ name }) => String(name)),
        ),
      );
      return handler({ ...request, tools: request.tools.filter(({ name }) => names.has(String(name))) });
    },
  });
}

/** The agent's sub-agent gets the tools as they are; approvals were set up for the agent that the user talks to. */
function withClerk(tools: DynamicStructuredTool[], { clerk, user }: Orders): DynamicStructuredTool[] {
  if (clerk === undefined) return tools;
  const agent = createAgent({ model: scriptedModel(clerk), tools, contextSchema: z.object({ user: z.string() }) });
  const askClerk = tool(
    async ({ task }) => {
      const { messages } = await agent.invoke({ messages: [{ role: "user", content: task }] }, { context: { user } });
      return messages.at(-1)?.text ?? "";
    },
    { name: "ask_clerk", description: "hands a task to the clerk", schema: z.object({ task: z.string() }) },
  );
  return [...tools, askClerk];
}

/** The calls that the framework asks about, in its order. */
function requestsIn(state: StateSnapshot): readonly ActionRequest[] {
  return state.tasks.flatMap(({ interrupts }) => interrupts.flatMap(({ value }) => actionRequestsOf(value)));
}

function actionRequestsOf(value: unknown): readonly ActionRequest[] {
  const { actionRequests = [] }: { actionRequests?: readonly ActionRequest[] } = typeof value === "object" && value !== null ? value : {};
  return actionRequests;
}

/** The answers as the framework takes them: by position. Where it asks nothing (any more), all of them. */
function decisionsOn(state: StateSnapshot, answers: readonly Answer[]): readonly Decision[] {
  const requests = requestsIn(state);
  if (requests.length === 0) return answers.map((answer) => decisionOf(answer, "pay"));
  const proposed = proposedIn(state);
  return requests.map(({ name, args }) => {
    const id = proposed.find((one) => one.name === name && JSON.stringify(one.args) === JSON.stringify(args))?.id;
    const answer = answers.find(({ call }) => call === id);
    return answer === undefined ? { type: "reject" } : decisionOf(answer, name);
  });
}

function proposedIn(state: StateSnapshot): readonly { readonly id?: string; readonly name: string; readonly args: object }[] {
  const { messages = [] }: { messages?: readonly unknown[] } = state.values;
  const last = messages.findLast((message) => AIMessage.isInstance(message));
  return last?.tool_calls ?? [];
}

function decisionOf({ says }: Answer, name: string): Decision {
  if (says === "yes") return { type: "approve" };
  if (says === "no") return { type: "reject", message: "no" };
  return { type: "edit", editedAction: { name, args: { ...says.edit } } };
}
