import { Agent, MCPServerStdio, RunState } from "@openai/agents";
import { applyVerdicts } from "@sallyport/openai/agents";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call, open, runner, Scripted, text } from "./kit.ts";

const BYE = [text("bye")];
const server = new MCPServerStdio({ name: "bank", command: process.execPath, args: [`${import.meta.dirname}/../mastra/mcp-server.ts`] });
beforeAll(async () => server.connect());
afterAll(async () => server.close());

it("guards the tools of a server as they turn up, and runs each call once", async () => {
  const opened = await open();
  const model = new Scripted([call("pay", { amount: 1 }), call("balance", {}, "c2"), call("pay", { amount: 500 }, "c3")], BYE);
  const desk = opened.guard(new Agent({ name: "desk", model, mcpServers: [server] }));
  const { state, interruptions } = await runner.run(desk, "go");
  expect(interruptions.map(({ arguments: args }) => args)).toEqual(['{"amount":500}']);
  await opened.approve();
  for (let times = 0; times < 2; times++) {
    const loaded = await RunState.fromString(desk, state.toString());
    await applyVerdicts(opened.gate, loaded);
    await runner.run(desk, loaded);
  }
  expect([model.shown(), model.shown("c2"), model.shown("c3")]).toEqual([
    expect.stringContaining("paid 1, 1 in all"),
    expect.stringContaining("1000"),
    expect.stringContaining("paid 500, 2 in all"),
  ]);
});

it("offers and runs none that the policy denies, and reports those that it does not know", async () => {
  const opened = await open({ policy: "version: 1\nname: none\nboundary: { internal: [] }\ntools: { balance: { effect: read } }" });
  const model = new Scripted([call("pay", { amount: 1 })], BYE);
  await runner.run(opened.guard(new Agent({ name: "desk", model, mcpServers: [server] })), "go");
  expect([model.offered(), model.shown(), opened.gaps]).toEqual([
    ["balance"],
    expect.stringContaining("denied by policy"),
    [{ tool: "pay", gap: "uncatalogued" }],
  ]);
});
