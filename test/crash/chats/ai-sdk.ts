import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { approvalResponses, guardTools } from "@sallyport/ai-sdk";
import { generateText, isStepCount, tool, type ModelMessage } from "ai";
import { z } from "zod";
import { call, scripted, text } from "../../ai-sdk/kit.ts";
import { CALLS, sessionOf, type Chat, type Desk, type ToolName } from "./chat.ts";

const ASKED = { role: "user", content: "note it and pay bob" } as const satisfies ModelMessage;

/** The AI SDK: the app keeps the messages of a paused chat. */
export function aiSdkChat({ gate, folder, effect }: Desk): Chat {
  const guardedFor = (session: string) => {
    const execute = (name: ToolName) => (_input: object, options: object) =>
      effect(name, session, String(Reflect.get(options, "idempotencyKey")));
    const tools = {
      note: tool({ inputSchema: z.object({ text: z.string() }), execute: execute("note") }),
      pay: tool({ inputSchema: z.object({ to: z.string() }), execute: execute("pay") }),
    };
    return guardTools(gate, tools, { session: sessionOf(session) });
  };
  const kept = (session: string): string => join(folder, `${session}.json`);

  return {
    async pause(session) {
      if (existsSync(kept(session))) return;
      const model = scripted(
        CALLS.map(({ id, tool, args }) => call(tool, args, id)),
        [text("paused")],
      );
      const { responseMessages } = await generateText({
        model,
        messages: [ASKED],
        ...guardedFor(session),
        stopWhen: isStepCount(3),
      });
      writeFileSync(kept(session), JSON.stringify([ASKED, ...responseMessages]));
    },
    async resume(session) {
      const messages: ModelMessage[] = JSON.parse(readFileSync(kept(session), "utf8"));
      const model = scripted([text("done")]);
      const ready = await approvalResponses(gate, messages);
      if (ready !== messages) await generateText({ model, messages: ready, ...guardedFor(session), stopWhen: isStepCount(3) });
      const parts = model.doGenerateCalls[0]?.prompt.flatMap(({ role, content }) => (role === "tool" ? content : []));
      return parts?.find((part) => part.type === "tool-result" && part.toolCallId === "p1");
    },
  };
}
