// An agent that may mail colleagues on its own, and anyone else once a lead has said yes: it pauses, is approved, sends once.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { createTool } from "@mastra/core/tools";
import { LibSQLStore } from "@mastra/libsql";
import { createGate, loadPolicy } from "@sallyport/core";
import { guardTools, policyHooks, policyProcessor } from "@sallyport/mastra";
import { sqliteStore } from "@sallyport/sqlite";
import { z } from "zod";

const policy = loadPolicy(`
version: 1
name: mail
boundary: { internal: ["@example.com"] }
tools: { send_email: { effect: side_effect, destination: args.to } }
rules:
  - { id: colleagues, tools: [send_email], when: "!external", decide: allow }
  - { id: outsiders, tools: [send_email], when: external, decide: require_approval, reason: mail leaves the company, approval: { by: '"lead" in approver.roles' } }
`);
const folder = mkdtempSync(join(tmpdir(), "sallyport-"));
// the model is scripted here; any model of Mastra takes its place
const send = { type: "tool-call" as const, toolCallId: "call_1", toolName: "send_email", input: '{"to":"eve@rival.test","body":"hi"}' };
const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
const wants = { content: [send], finishReason: "tool-calls" as const, usage, warnings: [] };
const says = { content: [{ type: "text" as const, text: "Sent." }], finishReason: "stop" as const, usage, warnings: [] };
const doGenerate = async ({ prompt }: { readonly prompt: readonly { role: string }[] }) => (prompt.at(-1)?.role === "tool" ? says : wants);
const doStream = async () => assert.fail("not streamed here");
const model = { specificationVersion: "v2" as const, provider: "scripted", modelId: "scripted", supportedUrls: {}, doGenerate, doStream };
const outbox: string[] = [];
const schema = z.object({ to: z.string(), body: z.string() });
const send_email = createTool({ id: "send_email", description: "mails", inputSchema: schema, execute: async ({ to }) => outbox.push(to) });

// the app, as each of its processes builds it: a session is a thread, and belongs to whose thread it is
async function start() {
  const gate = await createGate({ policy, store: sqliteStore(join(folder, "gate.db")) });
  const session = ({ threadId = "", resourceId = "" }) => ({ id: threadId, principal: { id: resourceId }, agent: { id: "desk" } });
  const tools = guardTools(gate, { send_email }, { session });
  const processors = [policyProcessor(gate, { session })];
  const guards = { tools, inputProcessors: processors, outputProcessors: processors, hooks: policyHooks(gate, { tools }) };
  const desk = new Agent({ id: "desk", name: "Desk", instructions: "you send mail", model, ...guards });
  const storage = new LibSQLStore({ id: "mastra", url: `file:${join(folder, "mastra.db")}` });
  return { gate, agent: new Mastra({ agents: { desk }, storage, logger: false }).getAgent("desk") };
}
const { gate, agent } = await start();
await gate.session({ id: "chat-1", principal: { id: "ann" }, agent: { id: "desk" } }).observe({ role: "user", content: "mail eve" });
const paused = await agent.generate("mail eve", { memory: { thread: "chat-1", resource: "ann" } });
assert.deepEqual([paused.finishReason, outbox], ["suspended", []]);

// an approver, in another process: `sallyport approvals approve --store gate.db …` does the same
for (const { id } of await gate.approvals.list({ status: "pending" }))
  await (await start()).gate.approvals.resolve(id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });
// wakes the agent, in any process: twice at once sends once
const yes = async () => (await start()).agent.approveToolCallGenerate({ runId: paused.runId ?? "", toolCallId: "call_1" });
await Promise.allSettled([yes(), yes()]);
assert.deepEqual(outbox, ["eve@rival.test"]);
console.log("paused, approved, sent once");
