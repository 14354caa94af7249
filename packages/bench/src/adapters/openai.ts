import { guardTools, shieldClient } from "@sallyport/openai";
import { OpenAI } from "openai";
import { zodFunction } from "openai/helpers/zod";
import { z } from "zod";
import { ANSWER, ARGS, PROMPT, TOOL, type Framework, type Workshop } from "./framework.ts";

const CALL = { id: "call_1", type: "function", function: { name: TOOL.name, arguments: JSON.stringify(ARGS) } };
const WANTS = { role: "assistant", content: null, tool_calls: [CALL] };
const SAYS = { role: "assistant", content: ANSWER };

/** The OpenAI client: `runTools`, and the same by a shielded client with guarded tools. Its server is a function of this process. */
export function openAi({ gate, work, chat }: Workshop): Framework {
  const client = new OpenAI({ apiKey: "none", fetch: answer });
  const parameters = z.object({ customer: z.string(), text: z.string(), urgent: z.boolean() });
  const tools = () => [zodFunction({ ...TOOL, parameters, function: work })];
  const messages = [{ role: "user" as const, content: PROMPT }];
  return {
    name: "OpenAI client",
    bare: async () => client.chat.completions.runTools({ model: "scripted", messages, tools: tools() }).finalContent(),
    guarded: async () => {
      const session = chat();
      const guarded = guardTools(gate, tools(), { session });
      const shielded = shieldClient(client, gate, { session, tools: guarded });
      return shielded.chat.completions.runTools({ model: "scripted", messages, tools: guarded }).finalContent();
    },
  };
}

async function answer(_url: unknown, { body }: { readonly body?: unknown } = {}): Promise<Response> {
  const message = String(body).includes('"role":"tool"') ? SAYS : WANTS;
  const choices = [{ index: 0, message, finish_reason: message === SAYS ? "stop" : "tool_calls" }];
  return Response.json({ id: "c", object: "chat.completion", created: 1, model: "scripted", choices });
}
