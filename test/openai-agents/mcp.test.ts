import { Agent, MCPServerStdio, RunContext, type MCPServer } from "@openai/agents";
import { applyVerdicts, loadState } from "@sallyport/openai/agents";
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
    const loaded = await loadState(desk, state.toString(), {});
    await applyVerdicts(opened.gate, loaded);
    await runner.run(desk, loaded);
  }
  expect([model.shown(), model.shown("c2"), model.shown("c3")]).toEqual([
    expect.stringContaining("paid 1, 1 in all"),
    expect.stringContaining("1000"),
    expect.stringContaining("paid 500, 2 in all"),
  ]);
});

/** A server of the SDK with one tool, and what it was asked to do. */
class Bank implements MCPServer {
  readonly name: string;
  readonly cacheToolsList = false;
  readonly done: unknown[] = [];

  constructor(name: string) {
    this.name = name;
  }

  async connect() {}
  async close() {}
  async invalidateToolsCache() {}

  async listTools(): ReturnType<MCPServer["listTools"]> {
    const inputSchema = {
      type: "object" as const,
      properties: { amount: { type: "number" } },
      required: ["amount"],
      additionalProperties: false,
    };
    return [{ name: "pay", description: "pays", inputSchema }];
  }

  async callTool(_: string, args: unknown) {
    this.done.push(args);
    return [{ type: "text" as const, text: "paid" }];
  }
}

it("runs a call that was approved on the server that it was approved for only", async () => {
  const opened = await open();
  const model = new Scripted([call("pay", { amount: 500 })], BYE);
  const [bank, evil] = [new Bank("bank"), new Bank("evil")];
  const desk = (mcpServer: MCPServer) => opened.guard(new Agent({ name: "desk", model, mcpServers: [mcpServer] }));
  const { state } = await runner.run(desk(bank), "go");
  await opened.approve();
  for (const one of [evil, bank]) {
    const loaded = await loadState(desk(one), state.toString(), {});
    await applyVerdicts(opened.gate, loaded);
    await runner.run(desk(one), loaded).catch(() => undefined);
    expect([evil.done, bank.done]).toEqual([[], one === evil ? [] : [{ amount: 500 }]]);
  }
});

it("tells the tools of servers apart by their servers' names where the app wants that, and refuses them else", async () => {
  const { guard } = await open();
  const mcpServers = [new Bank("one"), new Bank("two")];
  const named = guard(new Agent({ name: "desk", model: new Scripted(BYE), mcpServers, mcpConfig: { includeServerInToolNames: true } }));
  const native = new Agent({ name: "desk", mcpServers, mcpConfig: { includeServerInToolNames: true } });
  const namesOf = async (agent: Agent) => (await agent.getMcpTools(new RunContext())).map(({ name }) => name);
  expect(await namesOf(named)).toEqual(await namesOf(native));
  await expect(namesOf(guard(new Agent({ name: "desk", model: new Scripted(BYE), mcpServers })))).rejects.toThrow(
    "includeServerInToolNames",
  );
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
