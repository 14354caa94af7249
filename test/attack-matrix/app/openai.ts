import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Orders, Report } from "./orders.ts";
import { nativeTool, clientOf } from "./openai-client.ts";
import { converseGuarded, guardedClerk } from "./openai-guarded.ts";
import { converse, openCalls, type Message } from "./openai-own.ts";
import { deskTools, type DeskTool } from "./tools.ts";

/** Serves a request with the OpenAI client: the app keeps the messages of the chat in a file. */
export async function runOpenAI(orders: Orders): Promise<Report> {
  const file = join(orders.folder, "state", "messages.json");
  const messages: Message[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [{ role: "user", content: "do it" }];
  const save = (now: readonly Message[]): void => writeFileSync(file, JSON.stringify(now));
  const { client, asked } = clientOf(orders.turns);
  const tools = [...deskTools(orders), ...clerkOf(orders)];
  let error: string | undefined;
  try {
    const chat = { orders, client, tools, save };
    // with Sallyport a yes or no at the app only wakes it up
    if (orders.guard === "sallyport") await converseGuarded(chat, messages);
    else await converse(chat, messages, orders.answers ?? []);
  } catch (thrown) {
    error = String(thrown);
  }
  return { waiting: openCalls(messages).length, seen: JSON.stringify(asked), ...(error === undefined ? {} : { error }) };
}

/** The agent's sub-agent is a loop of the client's own with the same functions; approvals are in the loop that the user talks to. */
function clerkOf(orders: Orders): readonly DeskTool[] {
  const { clerk } = orders;
  if (clerk === undefined) return [];
  const run = async ({ task }: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const plain = { client: clientOf(clerk).client, tools: deskTools(orders).map((tool) => nativeTool(tool, orders.user)) };
    const { client, tools } = orders.guard === "sallyport" ? await guardedClerk(orders, plain) : plain;
    const runner = client.chat.completions.runTools({ model: "scripted", messages: [{ role: "user", content: String(task) }], tools });
    return runner.finalContent();
  };
  return [{ name: "ask_clerk", description: "hands a task to the clerk", schema: z.object({ task: z.string() }), run }];
}
