import { ApprovalRequired, callTools, guardTools, shieldClient, type ShieldOptions } from "@sallyport/openai";
import type { SessionInit } from "@sallyport/core";
import type { OpenAI } from "openai";
import { openGate, sessionOf } from "./gate.ts";
import { nativeTool } from "./openai-client.ts";
import type { Chat, Message } from "./openai-own.ts";
import type { Orders } from "./orders.ts";
import { userOf } from "./users.ts";

/**
 * The same app with Sallyport: `runTools` through the shield. A chat that waits is stored with the message that proposed the
 * calls; whoever resumes it has them called again, and the run goes on from there.
 */
export async function converseGuarded(chat: Chat, messages: readonly Message[]): Promise<void> {
  const last = messages.at(-1);
  if (last?.role === "assistant" && last.tool_calls === undefined) return;
  await run(chat, messages).catch((error: unknown) => {
    if (!(error instanceof ApprovalRequired)) throw error;
  });
}

async function run({ orders, client, tools, save }: Chat, messages: readonly Message[]): Promise<void> {
  const last = messages.at(-1);
  const native = tools.map((tool) => nativeTool(tool, orders.user));
  const guarded = await withGate(orders, { client, tools: native }, { session: sessionAt(orders) });
  const called = last?.role === "assistant" ? await callTools(guarded.tools, last, { messages: messages.slice(0, -1) }) : [];
  const runner = guarded.client.chat.completions.runTools(
    { model: "scripted", messages: [...messages, ...called], tools: guarded.tools },
    { maxChatCompletions: 20 },
  );
  try {
    await runner.done();
  } finally {
    save(runner.messages);
  }
}

/** What a loop of the client's is made of. */
interface Loop {
  readonly client: OpenAI;
  readonly tools: ReturnType<typeof nativeTool>[];
}

/** The sub-agent's loop with Sallyport: a session of its own that inherits from the chat's, and prompts that no user wrote. */
export async function guardedClerk(orders: Orders, loop: Loop): Promise<Loop> {
  const desk = sessionAt(orders);
  return withGate(orders, loop, { session: { ...desk, id: `${desk.id}/clerk`, parent: desk.id }, texts: "leave" });
}

interface ShieldOf extends Pick<ShieldOptions, "texts"> {
  readonly session: SessionInit;
}

async function withGate({ folder }: Orders, { client, tools }: Loop, { session, ...texts }: ShieldOf): Promise<Loop> {
  const gate = await openGate(folder);
  const options = { session, onCoverage: () => {} };
  const guarded = guardTools(gate, tools, options);
  return { client: shieldClient(client, gate, { ...options, ...texts, tools: guarded }), tools: guarded };
}

function sessionAt({ chat, user }: Orders): SessionInit {
  return sessionOf(chat, userOf(user));
}
