import { join } from "node:path";
import { createTool } from "@mastra/core/tools";
import { LibSQLStore } from "@mastra/libsql";
import { guardTools, policyHooks } from "@sallyport/mastra";
import { z } from "zod";
import { agentOn, call, requestOf, scripted, sessionOf, text } from "../../mastra/kit.ts";
import { CALLS, type Chat, type Desk, type ToolName } from "./chat.ts";

/**
 * Mastra: its storage keeps a run only while it is suspended. A run that was killed before that is lost, and the app starts
 * another one, whose calls are other calls.
 */
export function mastraChat({ gate, folder, effect }: Desk): Chat {
  const storage = new LibSQLStore({ id: "mastra", url: `file:${join(folder, "mastra.db")}` });
  const execute = (name: ToolName) => async (_input: object, context: object) => {
    const { threadId }: { threadId?: unknown } = Object(Reflect.get(context, "agent"));
    return effect(name, String(threadId), String(Reflect.get(context, "idempotencyKey")));
  };
  const own = {
    note: createTool({ id: "note", description: "notes", inputSchema: z.object({ text: z.string() }), execute: execute("note") }),
    pay: createTool({ id: "pay", description: "pays", inputSchema: z.object({ to: z.string() }), execute: execute("pay") }),
  };
  const tools = guardTools(gate, own, { session: sessionOf });
  const hooks = policyHooks(gate, { tools });
  const agentFor = (model: ReturnType<typeof scripted>) => agentOn(storage, gate, model, { tools, hooks });
  const suspended = async (session: string) => {
    const { runs } = await agentFor(scripted()).listSuspendedRuns({ threadId: session });
    return runs[0];
  };

  return {
    async pause(session) {
      if ((await suspended(session)) !== undefined) return;
      const calls = CALLS.map(({ id, tool, args }) => call(tool, args, id));
      const agent = agentFor(scripted(calls, [text("paused")]));
      await agent.generate("note it and pay bob", { requestContext: requestOf(`user of ${session}`), memory: memoryOf(session) });
    },
    async resume(session) {
      const run = await suspended(session);
      if (run === undefined) return undefined;
      const model = scripted([text("done")]);
      const request = { runId: run.runId, toolCallId: "p1", requestContext: requestOf(`user of ${session}`) };
      const stream = await agentFor(model).approveToolCall(request).catch(unlessEnded);
      await stream?.consumeStream();
      return shownTo(model);
    },
  };
}

/** Somebody else may have resumed the run and ended it in the meantime. */
function unlessEnded(error: unknown): undefined {
  if (Reflect.get(Object(error), "id") !== "AGENT_RESUME_NO_SNAPSHOT_FOUND") throw error;
}

function memoryOf(session: string) {
  return { thread: session, resource: `user of ${session}` };
}

/** What a model was shown of the payment. */
function shownTo(model: ReturnType<typeof scripted>): unknown {
  const parts = model.doStreamCalls.flatMap(({ prompt }) => prompt.flatMap(({ role, content }) => (role === "tool" ? content : [])));
  return parts.find((part) => part.type === "tool-result" && part.toolCallId === "p1");
}
