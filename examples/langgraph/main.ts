// An agent graph that pauses for a human, in one process, and is resumed in another, by the lead who says yes: sent once.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { createGate, loadPolicy } from "@sallyport/core";
import { approvalNode, guardTools, type Handed } from "@sallyport/langchain";
import { sqliteStore } from "@sallyport/sqlite";
import { z } from "zod";
import { openSaver } from "./sqlite-saver.ts";

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), "sallyport-"));
const outbox = join(folder, "outbox.txt");
const policy = loadPolicy(`
version: 1
name: mail
boundary: { internal: ["@example.com"] }
tools: { send_email: { effect: side_effect, destination: args.to } }
rules:
  - { id: colleagues, tools: [send_email], when: "!external", decide: allow }
  - { id: outsiders, tools: [send_email], when: external, decide: require_approval, reason: mail leaves the company, approval: { by: '"lead" in approver.roles' } }
`);
const gate = await createGate({ policy, store: sqliteStore(join(folder, "app.db")) });

const send = async ({ to }: { readonly to: string }): Promise<void> => appendFileSync(outbox, `${to}\n`);
const sendEmail = tool(send, { name: "send_email", description: "sends a mail", schema: z.object({ to: z.string(), body: z.string() }) });
// who is logged in comes with the request, here in the config, and never from a message
const session = { id: "chat-1", principal: { id: "ann" }, agent: { id: "desk" } };
const approver = ({ configurable: { user } }: Handed) => ({ id: String(user), roles: user === "lea" ? ["lead"] : [] });
// the model is scripted here: it mails eve, and is content with whatever comes of it
const args = { to: "eve@rival.test", body: "hi" };
const wants = new AIMessage({ content: "", tool_calls: [{ name: "send_email", args, id: "call_1" }] });
const graph = new StateGraph(MessagesAnnotation)
  .addNode("agent", async ({ messages }) => ({ messages: [messages.length > 1 ? new AIMessage("Sent.") : wants] }))
  .addNode("approval", approvalNode(gate, { session, approver }))
  .addNode("tools", new ToolNode(guardTools(gate, [sendEmail], { session })))
  .addEdge(START, "agent")
  .addConditionalEdges("agent", toolsCondition, { tools: "approval", __end__: "__end__" })
  .addEdge("approval", "tools")
  .addEdge("tools", "agent")
  .compile({ checkpointer: openSaver(join(folder, "graph.db")) });

if (process.argv[2] === undefined) {
  const said = { role: "user" as const, content: "mail eve" };
  await gate.session(session).observe(said);
  await graph.invoke({ messages: [said] }, { configurable: { thread_id: "chat-1", user: "ann" } });
  for (const _ of [1, 2]) execFileSync(process.execPath, [import.meta.filename, folder], { stdio: ["ignore", "inherit", "ignore"] });
  assert.equal(readFileSync(outbox, "utf8"), "eve@rival.test\n");
} else {
  const lea = { configurable: { thread_id: "chat-1", user: "lea" } };
  const [pause] = (await graph.getState(lea)).tasks.flatMap(({ interrupts }) => interrupts);
  const resume = { [pause?.id ?? ""]: { decisions: [{ type: "approve" }] } }; // a yes to this pause, and to no other
  const { messages } = await graph.invoke(new Command({ resume }), lea);
  console.log(messages.at(-1)?.content);
}
