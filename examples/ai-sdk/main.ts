// An agent that may mail colleagues on its own, and anyone else once a lead has said yes: it pauses, is approved, sends once.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { approvalResponses, guardTools, pendingApprovals } from "@sallyport/ai-sdk";
import { createGate, loadPolicy } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { generateText, tool, type ModelMessage } from "ai";
import { MockLanguageModelV4 } from "ai/test";
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
const file = join(mkdtempSync(join(tmpdir(), "sallyport-")), "app.db");

// the model is scripted here; any model of the AI SDK takes its place
const usage = { inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 }, outputTokens: { total: 1, text: 1, reasoning: 0 } };
const send = { type: "tool-call" as const, toolCallId: "call_1", toolName: "send_email", input: '{"to":"eve@rival.test","body":"hi"}' };
const wants = { content: [send], finishReason: { unified: "tool-calls" as const, raw: undefined }, usage, warnings: [] };
const sent = { type: "text" as const, text: "Sent." };
const says = { content: [sent], finishReason: { unified: "stop" as const, raw: undefined }, usage, warnings: [] };
const model = new MockLanguageModelV4({ doGenerate: [wants, says, says] });

const outbox: string[] = [];
const tools = {
  send_email: tool({ inputSchema: z.object({ to: z.string(), body: z.string() }), execute: async ({ to }) => outbox.push(to) }),
};
const session = { id: "chat-1", principal: { id: "ann" }, agent: { id: "desk" } };

// the app: it says what the user said, and pauses
const gate = await createGate({ policy, store: sqliteStore(file) });
const said = { role: "user" as const, content: "mail eve" };
await gate.session(session).observe(said);
const asked: ModelMessage[] = [said];
const paused = await generateText({ model, messages: asked, ...guardTools(gate, tools, { session }) });
const messages = [...asked, ...paused.responseMessages];
assert.deepEqual(outbox, []);
assert.equal((await pendingApprovals(gate, messages)).length, 1, "nobody has answered yet");

// an approver, in another process: `sallyport approvals approve --store app.db …` does the same
const elsewhere = await createGate({ policy, store: sqliteStore(file) });
const [approval] = await elsewhere.approvals.list({ status: "pending" });
assert(approval, "an approval is pending");
await elsewhere.approvals.resolve(approval.id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });

// the app again, also after a restart: it goes on, and a replay of the same messages sends nothing more
const ready = await approvalResponses(gate, messages);
for (const _ of [1, 2]) await generateText({ model, messages: ready, ...guardTools(gate, tools, { session }) });
assert.deepEqual(outbox, ["eve@rival.test"]);
console.log("paused, approved, sent once");
