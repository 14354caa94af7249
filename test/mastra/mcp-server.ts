/** An MCP server of a bank, over stdio: started by the MCP test. */
import { MCPServer } from "@mastra/mcp";
import { createTool } from "@mastra/core/tools";
import { z } from "zod";

let payments = 0;
const balance = createTool({
  id: "balance",
  description: "says what is left",
  inputSchema: z.object({}),
  execute: async () => ({ left: 1000 }),
});
const pay = createTool({
  id: "pay",
  description: "pays",
  inputSchema: z.object({ amount: z.number() }),
  execute: async ({ amount }) => `paid ${amount}, ${(payments += 1)} in all`,
});
await new MCPServer({ id: "bank", name: "bank", version: "1.0.0", tools: { balance, pay } }).startStdio();
