import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApprovalRequired, guardTools, shieldClient } from "@sallyport/openai";
import { zodFunction } from "openai/helpers/zod";
import { z } from "zod";
import { toolCall, type Said } from "../../openai/completions.ts";
import { scriptedClient } from "../../openai/scripted-client.ts";
import { CALLS, sessionOf, type Chat, type Desk, type ToolName } from "./chat.ts";

const ASKED = { role: "user", content: "note it and pay bob" } as const;

/** The OpenAI client: the app keeps that a chat waits, and asks the same again; the answer that waits is held by the shield. */
export function openAIChat({ gate, folder, effect }: Desk): Chat {
  /** Runs the chat from its start; resolves to what the model was asked. */
  const run = async (session: string, turns: readonly Said[]) => {
    const does =
      (name: ToolName) =>
      async (...given: readonly unknown[]) =>
        effect(name, session, String(Reflect.get(Object(given[3]), "idempotencyKey")));
    const options = { session: sessionOf(session), onCoverage: () => {} };
    const own = [
      zodFunction({ name: "note", parameters: z.object({ text: z.string() }), function: does("note") }),
      zodFunction({ name: "pay", parameters: z.object({ to: z.string() }), function: does("pay") }),
    ];
    const tools = guardTools(gate, own, options);
    const { client, asked } = scriptedClient(turns, { content: "done" });
    const shielded = shieldClient(client, gate, { ...options, tools });
    await shielded.chat.completions.runTools({ model: "scripted", messages: [ASKED], tools }).done();
    return asked;
  };
  const waits = (session: string): string => join(folder, `${session}.waits`);

  return {
    async pause(session) {
      if (existsSync(waits(session))) return;
      const proposed = { tool_calls: CALLS.map(({ id, tool, args }) => toolCall(id, tool, args)) };
      await run(session, [proposed]).catch((error: unknown) => {
        if (!(error instanceof ApprovalRequired)) throw error;
      });
      writeFileSync(waits(session), "");
    },
    async resume(session) {
      const asked = await run(session, []);
      return asked.map(shownIn).find((content) => content !== undefined);
    },
  };
}

/** What a request shows of the payment. */
function shownIn({ messages }: { readonly [key: string]: unknown }): unknown {
  const list: readonly unknown[] = Array.isArray(messages) ? messages : [];
  const result = list.find((message) => Reflect.get(Object(message), "tool_call_id") === "p1");
  return Reflect.get(Object(result), "content");
}
