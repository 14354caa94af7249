import { join } from "node:path";
import { MCPClient } from "@mastra/mcp";
import { guardTools } from "@sallyport/mastra";
import { afterEach, beforeEach, expect, it } from "vitest";
import { agentOn, call, deskIn, gateOn, LEAD, onlyPending, runOf, scripted, SESSION, shownTo, text, type Desk } from "./kit.ts";

const POLICY = `
version: 1
name: bank
boundary: { internal: [] }
tools:
  bank_balance: { effect: read }
  bank_pay: { effect: side_effect, destination: none }
rules:
  - { id: payments, tools: [bank_pay], decide: require_approval, approval: { by: '"lead" in approver.roles' } }
`;

let desk: Desk;
let client: MCPClient;
beforeEach(() => {
  desk = deskIn();
  client = new MCPClient({
    id: desk.folder,
    servers: {
      bank: { command: process.execPath, args: ["--no-warnings", join(import.meta.dirname, "mcp-server.ts")], requireToolApproval: false },
    },
  });
});
afterEach(async () => {
  await client.disconnect();
  await desk.close();
});

it("guards an MCP server's tools: a payment waits, runs once, and keeps what the client attached to it", { timeout: 60_000 }, async () => {
  const gate = await gateOn(desk.store, POLICY);
  const native = await client.listTools();
  const tools = guardTools(gate, native, { session: SESSION, onCoverage: () => {} });
  expect(tools["bank_pay"]?.constructor).toBe(native["bank_pay"]?.constructor);
  expect(Reflect.get(Object(tools["bank_pay"]), "mcpMetadata")).toEqual(Reflect.get(Object(native["bank_pay"]), "mcpMetadata"));

  const model = scripted([call("bank_balance", {}, "c1"), call("bank_pay", { amount: 500 }, "c2")], [text("bye")]);
  const agent = agentOn(desk.storage, gate, model, { tools });
  const run = await runOf(agent, "generate");
  expect(run.finishReason).toBe("suspended");
  await gate.approvals.resolve((await onlyPending(gate)).id, { decision: "approve", approver: LEAD });
  expect((await agent.approveToolCallGenerate({ runId: run.runId, toolCallId: "c2" })).finishReason).toBe("stop");
  expect(JSON.stringify(shownTo(model))).toContain("paid 500, 1 in all");
});
