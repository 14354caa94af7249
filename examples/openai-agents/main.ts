// An agent that may mail colleagues on its own, and anyone else once a lead has said yes: it pauses, is approved, sends once.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, Runner, tool, Usage, type Model, type ModelRequest } from "@openai/agents";
import { createGate, loadPolicy } from "@sallyport/core";
import { applyVerdicts, guardAgent, loadState } from "@sallyport/openai/agents";
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
const store = join(mkdtempSync(join(tmpdir(), "sallyport-")), "gate.db");
// the model is scripted here; in an app name one, and hand `modelProvider: new OpenAIProvider()` to guardAgent
const args = '{"to":"eve@rival.test","body":"hi"}';
const wants = { type: "function_call" as const, callId: "call_1", name: "send_email", status: "completed" as const, arguments: args };
const content = [{ type: "output_text" as const, text: "Sent." }];
const says = { type: "message" as const, role: "assistant" as const, status: "completed" as const, content };
const getResponse = async ({ input }: ModelRequest) => ({ output: [input.length > 1 ? says : wants], usage: new Usage() });
const model: Model = { getResponse, getStreamedResponse: () => assert.fail("not streamed here") };
const outbox: string[] = [];
const parameters = z.object({ to: z.string(), body: z.string() });
const send_email = tool({ name: "send_email", description: "mails", parameters, execute: async ({ to }) => outbox.push(to) });

// the app, as each of its processes builds it: who asks is in the context that it hands to `run`
const chat = { id: "chat-1", user: "ann" };
type Chat = typeof chat;
const sessionOf = ({ id, user }: Chat) => ({ id, principal: { id: user }, agent: { id: "desk" } });
async function start() {
  const gate = await createGate({ policy, store: sqliteStore(store) });
  const desk = new Agent<Chat>({ name: "desk", instructions: "you send mail", model, tools: [send_email] });
  return { gate, desk: guardAgent(desk, gate, { session: ({ context }) => sessionOf(Object(context)) }) };
}
const runner = new Runner({ tracingDisabled: true });
const { gate, desk } = await start();
await gate.session(sessionOf(chat)).observe({ role: "user", content: "mail eve" });
const paused = await runner.run(desk, [{ role: "user", content: "mail eve" }], { context: chat });
assert.deepEqual([paused.interruptions.length, outbox], [1, []]);
const stored = paused.state.toString();
// an approver, in another process: `sallyport approvals approve --store gate.db …` does the same
for (const { id } of await gate.approvals.list({ status: "pending" }))
  await (await start()).gate.approvals.resolve(id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });
// goes on from the stored state, in any process: twice at once sends once
async function resume() {
  const app = await start();
  const state = await loadState(app.desk, stored, chat);
  const waiting = await applyVerdicts(app.gate, state);
  return waiting.length === 0 ? (await runner.run(app.desk, state)).finalOutput : undefined;
}
assert.deepEqual(await Promise.all([resume(), resume()]), ["Sent.", "Sent."]);
assert.deepEqual(outbox, ["eve@rival.test"]);
console.log("paused, approved, sent once");
