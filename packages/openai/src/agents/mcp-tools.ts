import { SallyportError } from "@sallyport/core";
import { define, isFunctionTool, listOf, methodOf } from "./native-agent.ts";

const SERVER: unique symbol = Symbol.for("sallyport.mcp-server");

/** The name of the MCP server that runs a tool; undefined: it is no tool of one. */
export function serverOf(tool: object): unknown {
  return Reflect.get(tool, SERVER);
}

/**
 * An agent's own `getMcpTools`, for one server after the other, so that each tool says on which it runs. The SDK's own binding
 * goes by the `invoke` of a tool, which is another one where it is guarded.
 */
export function mcpTools(agent: object): (...args: readonly unknown[]) => Promise<readonly object[]> {
  const reservedNames = methodOf(agent, "getMcpToolReservedNames");
  const toolsOf: unknown = Reflect.get(agent, "getMcpTools");
  if (typeof toolsOf !== "function") return async () => [];
  return async (...args) => {
    const found = new Map<unknown, object>();
    for (const server of listOf(agent, "mcpServers")) {
      const alone: object = Object.create(agent, { mcpServers: { value: [server] } });
      define(alone, {
        getMcpToolReservedNames: async (context: unknown) => new Set([...setIn(await reservedNames(context)), ...found.keys()]),
      });
      const tools: unknown = await Reflect.apply(toolsOf, alone, args);
      for (const tool of Array.isArray(tools) ? tools.filter(isFunctionTool) : []) {
        if (found.has(tool.name))
          throw new SallyportError(
            "invalid-input",
            `two MCP servers have a tool \`${tool.name}\`; set \`mcpConfig: { includeServerInToolNames: true }\``,
          );
        Object.defineProperty(tool, SERVER, { value: Reflect.get(Object(server), "name"), enumerable: true });
        found.set(tool.name, tool);
      }
    }
    return [...found.values()];
  };
}

function setIn(value: unknown): ReadonlySet<unknown> {
  return value instanceof Set ? value : new Set();
}
