import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, Runner, RunState, tool } from "@openai/agents";
import { assistantMessage, functionCall, ScriptedModel } from "@openai/agents/testing";
import { guardAgent } from "@sallyport/openai/agents";
import { z } from "zod";
import { CALLS, sessionOf, type Chat, type Desk, type ToolName } from "./chat.ts";

/** OpenAI Agents: the app keeps the state of a run that was interrupted. */
export function openAIAgentsChat({ gate, folder, effect }: Desk): Chat {
  const runner = new Runner({ tracingDisabled: true });
  const agentFor = (session: string, model: ScriptedModel) => {
    const execute = (name: ToolName) => async (_input: object, _context: unknown, details?: object) =>
      effect(name, session, String(Reflect.get(Object(details), "idempotencyKey")));
    const tools = [
      tool({ name: "note", description: "notes", parameters: z.object({ text: z.string() }), execute: execute("note") }),
      tool({ name: "pay", description: "pays", parameters: z.object({ to: z.string() }), execute: execute("pay") }),
    ];
    const agent = new Agent({ name: "desk", instructions: "you help", model, tools });
    return guardAgent(agent, gate, { session: sessionOf(session), onCoverage: () => {} });
  };
  const kept = (session: string): string => join(folder, `${session}.json`);

  return {
    async pause(session) {
      if (existsSync(kept(session))) return;
      const calls = CALLS.map(({ id, tool: name, args }) => functionCall(name, { ...args }, { callId: id }));
      const model = new ScriptedModel([calls, [assistantMessage("paused")]]);
      const { state } = await runner.run(agentFor(session, model), "note it and pay bob");
      writeFileSync(kept(session), state.toString());
    },
    async resume(session) {
      const model = new ScriptedModel([[assistantMessage("done")]]);
      const agent = agentFor(session, model);
      const state = await RunState.fromString(agent, readFileSync(kept(session), "utf8"));
      for (const item of state.getInterruptions()) state.approve(item);
      await runner.run(agent, state);
      return shownTo(model);
    },
  };
}

/** What a model was shown of the payment. */
function shownTo({ calls }: ScriptedModel): unknown {
  const items = calls.flatMap(({ request: { input } }) => (typeof input === "string" ? [] : input));
  const result = items.find((item) => item.type === "function_call_result" && item.callId === "p1");
  return result?.type === "function_call_result" ? result.output : undefined;
}
