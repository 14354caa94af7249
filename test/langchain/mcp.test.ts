import { join } from "node:path";
import { guardTools } from "@sallyport/langchain";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { MultiServerMCPClient } from "@langchain/mcp-adapters";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, gateOn, resultsIn, SECRET, SESSION, turn } from "./kit.ts";

const client = new MultiServerMCPClient({
  mcpServers: {
    crm: {
      transport: "stdio",
      command: process.execPath,
      args: [join(import.meta.dirname, "mcp-server.ts")],
      env: { SECRET, NODE_NO_WARNINGS: "1" },
      stderr: "ignore",
    },
  },
});
let tools: Awaited<ReturnType<typeof client.getTools>>;
beforeAll(async () => {
  tools = await client.getTools();
});
afterAll(() => client.close());

describe("tools of an MCP server", () => {
  it("run through the gate, and what they return is cut in all its parts", async () => {
    const node = new ToolNode(guardTools(await gateOn(), tools, { session: SESSION }));
    const { messages } = await node.invoke({ messages: [turn(call("look", { id: 1 }, "c1"), call("nuke", { id: 1 }, "c2"))] });
    expect(resultsIn(messages)).toEqual([
      ["c1", "success", expect.stringContaining("Bob")],
      ["c2", "error", expect.stringContaining("denied by policy")],
    ]);
    expect(JSON.stringify(messages)).not.toContain(SECRET);
  });

  it("are refused by the framework where the args do not fit", async () => {
    const [look] = guardTools(await gateOn(), tools, { session: SESSION });
    await expect(look?.invoke(call("look", { id: "x" }))).rejects.toThrow("did not match expected schema");
  });
});
