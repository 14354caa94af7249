import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { createTool } from "@mastra/core/tools";
import type { LibSQLStore } from "@mastra/libsql";
import type { AgentSetup, AgentTool, ScriptedModel, Setup, ShownResult, WorldTool } from "@sallyport/conformance";
import { guardTools, policyHooks, policyProcessor } from "@sallyport/mastra";
import { z } from "zod";
import { nativeModel } from "./ai-sdk-model.ts";

type NativeTool = ReturnType<typeof createTool>;

/** An agent of Mastra's with guarded tools, hooks and processor. */
export function agentOf(id: string, agent: AgentSetup, setup: Setup, storage: LibSQLStore): Agent {
  const { gate, onCoverage, onFault } = setup;
  const { session } = agent;
  const native = Object.fromEntries(
    agent.tools.map((made) => [made.name, made.kind === "tool" ? nativeTool(made) : agentTool(made, setup, storage)]),
  );
  const tools = guardTools(gate, native, { session, onCoverage, onFault });
  const policy = policyProcessor(gate, { session, onCoverage, onFault });
  const made = new Agent({
    id,
    name: id,
    instructions: "help",
    // its types know only models that answer `doGenerate` by a stream; it runs the others as well
    ...Object({ model: nativeModel(readable(agent.model)) }),
    tools,
    hooks: policyHooks(gate, { tools, onCoverage }),
    inputProcessors: [policy],
    outputProcessors: [policy],
  });
  return new Mastra({ agents: { [id]: made }, storage, logger: false }).getAgent(id);
}

function nativeTool({ name, description, schema, run }: WorldTool): NativeTool {
  return createTool({
    id: name,
    description,
    inputSchema: schema,
    execute: (input, context) => {
      const { agent, abortSignal, requestContext } = context;
      const idempotencyKey = String(Reflect.get(context, "idempotencyKey"));
      return run(input, { callId: agent?.toolCallId, signal: abortSignal, idempotencyKey, context: requestContext?.get("marker") });
    },
  });
}

/** An agent as a tool: where it waits, the tool waits, and hands its answer on when it is resumed. */
function agentTool({ name, description, agent }: AgentTool, setup: Setup, storage: LibSQLStore): NativeTool {
  return createTool({
    id: name,
    description,
    inputSchema: z.object({ prompt: z.string() }),
    suspendSchema: INNER,
    execute: async ({ prompt }, { requestContext, abortSignal, agent: outer }) => {
      const inner = agentOf(name, agent, setup, storage);
      const request = { ...(requestContext && { requestContext }), ...(abortSignal && { abortSignal }) };
      const waited = INNER.safeParse(outer?.suspendPayload).data;
      const result = await (waited === undefined
        ? inner.generate(prompt, request)
        : inner.approveToolCallGenerate({ ...request, ...waited }));
      if (result.finishReason !== "suspended") return result.steps.at(-1)?.text ?? result.text;
      const [call] = (await inner.listSuspendedRuns({})).runs.find(({ runId }) => runId === result.runId)?.toolCalls ?? [];
      return outer?.suspend({ runId: result.runId ?? "", toolCallId: call?.toolCallId ?? "", args: Object(call?.args) });
    },
  });
}

/** What a tool that is an agent keeps of the call that it waits for. */
const INNER = z.object({ runId: z.string(), toolCallId: z.string(), args: z.record(z.string(), z.unknown()) });

/** Mastra shows a model denials, and args that a schema refused, as values: read here as what they say. */
function readable(model: ScriptedModel): ScriptedModel {
  return { next: ({ tools, results }) => model.next({ tools, results: results.map(asRefusal) }) };
}

function asRefusal(result: ShownResult): ShownResult {
  const { call, kind, content } = result;
  if (content === "Tool call was not approved by the user") return { call, kind: "refusal", content };
  if (kind === "refusal" || typeof content !== "object" || content === null) return result;
  if ("denied" in content && "reason" in content) return { call, kind: "refusal", content: content.reason };
  if ("error" in content && "message" in content) return { call, kind: "refusal", content: content.message };
  return result;
}
