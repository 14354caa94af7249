// An agent that may mail colleagues on its own, and anyone else once a lead has said yes: it pauses, is approved, sends once.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGate, loadPolicy } from "@sallyport/core";
import { ApprovalRequired, guardTools, shieldClient } from "@sallyport/openai";
import { sqliteStore } from "@sallyport/sqlite";
import { OpenAI } from "openai";
import { zodFunction } from "openai/helpers/zod";
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

// the model is scripted here; leave `fetch` out, and OpenAI's own takes its place
const send = { id: "call_1", type: "function", function: { name: "send_email", arguments: '{"to":"eve@rival.test","body":"hi"}' } };
const wants = { role: "assistant", content: null, tool_calls: [send] };
const asked: string[] = [];
const fetch = async (_url: unknown, { body }: { readonly body?: unknown } = {}) => {
  asked.push(String(body));
  const message = String(body).includes('"role":"tool"') ? { role: "assistant", content: "Sent." } : wants;
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  return Response.json({ id: "c", object: "chat.completion", created: 1, model: "m", choices });
};

// the app, as each of its processes builds it for a request
const outbox: string[] = [];
async function desk() {
  const gate = await createGate({ policy, store: sqliteStore(file) });
  const session = { id: "chat-1", principal: { id: "ann" }, agent: { id: "desk" } };
  const parameters = z.object({ to: z.string(), body: z.string() });
  const tools = guardTools(gate, [zodFunction({ name: "send_email", parameters, function: ({ to }) => outbox.push(to) })], { session });
  const client = shieldClient(new OpenAI({ apiKey: "none", fetch }), gate, { session, tools });
  const messages = [{ role: "user" as const, content: "mail eve" }];
  return { gate, run: async () => client.chat.completions.runTools({ model: "m", messages, tools }).finalContent() };
}
await assert.rejects((await desk()).run(), (error) => error instanceof ApprovalRequired && error.status === 403);
assert.deepEqual([outbox, asked.length], [[], 1]);

// an approver, in another process: `sallyport approvals approve --store app.db …` does the same
const { gate } = await desk();
for (const { id } of await gate.approvals.list({ status: "pending" }))
  await gate.approvals.resolve(id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });

// the app again, in any process: it does the same again and goes on from what the model said; twice at once sends once
const [one, other] = [await desk(), await desk()];
assert.deepEqual(await Promise.all([one.run(), other.run()]), ["Sent.", "Sent."]);
assert.deepEqual(outbox, ["eve@rival.test"]);
console.log("paused, approved, sent once");
