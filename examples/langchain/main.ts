// An agent that may mail colleagues on its own, and anyone else once a lead has said yes: it pauses, is approved, sends once.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createGate, loadPolicy } from "@sallyport/core";
import { policyMiddleware } from "@sallyport/langchain";
import { sqliteStore } from "@sallyport/sqlite";
import { AIMessage, createAgent, fakeModel, tool } from "langchain";
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

// the model is scripted here; any chat model of LangChain takes its place
const model = fakeModel()
  .respondWithTools([{ name: "send_email", args: { to: "eve@rival.test", body: "hi" }, id: "call_1" }])
  .respond(new AIMessage("Sent."))
  .respond(new AIMessage("Sent."));

const outbox: string[] = [];
const sendEmail = tool(async ({ to }) => `sent as number ${outbox.push(to)}`, {
  name: "send_email",
  description: "sends a mail",
  schema: z.object({ to: z.string(), body: z.string() }),
});
const session = { id: "chat-1", principal: { id: "ann" }, agent: { id: "desk" } };

// the app: it says what the user said, and pauses
const gate = await createGate({ policy, store: sqliteStore(file) });
const agent = createAgent({ model, tools: [sendEmail], middleware: policyMiddleware(gate, { session }), checkpointer: new MemorySaver() });
const config = { configurable: { thread_id: "chat-1" } };
const said = { role: "user" as const, content: "mail eve" };
await gate.session(session).observe(said);
const paused = await agent.invoke({ messages: [said] }, config);
const before = await agent.graph.getState(config);
assert.equal(paused.__interrupt__?.length, 1, "one pause for the whole batch");
assert.deepEqual(outbox, []);

// an approver, in another process: `sallyport approvals approve --store app.db …` does the same
const elsewhere = await createGate({ policy, store: sqliteStore(file) });
const [approval] = await elsewhere.approvals.list({ status: "pending" });
assert(approval, "an approval is pending");
await elsewhere.approvals.resolve(approval.id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });

// the app again: it goes on, and a replay of the same checkpoint sends nothing more
const done = await agent.invoke(new Command({ resume: true }), config);
await agent.invoke(new Command({ resume: true }), before.config);
assert.equal(done.messages.at(-1)?.content, "Sent.");
assert.deepEqual(outbox, ["eve@rival.test"]);
console.log("paused, approved, sent once");
