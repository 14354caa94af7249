// an MCP server over stdio, in the protocol's own words: one tool, `look`, that knows too much
import { createInterface } from "node:readline";

const send = (message: object): void => void process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

const answers: Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => object>> = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "crm", version: "1.0.0" } }),
  "tools/list": () => ({
    tools: ["look", "nuke"].map((name) => ({
      name,
      description: `${name}s`,
      inputSchema: { type: "object", properties: { id: { type: "number" } }, required: ["id"] },
    })),
  }),
  "tools/call": ({ name, arguments: args }) => {
    process.stderr.write(`ran ${String(name)} ${JSON.stringify(args)}\n`);
    const found = JSON.stringify({ id: 1, name: "Bob", ssn: process.env["SECRET"] });
    return {
      content: [
        { type: "text", text: found },
        { type: "resource", resource: { uri: "crm://1", text: found } },
      ],
    };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  const answer = answers[method];
  if (id !== undefined)
    send(answer === undefined ? { id, error: { code: -32601, message: `no ${method}` } } : { id, result: answer(params ?? {}) });
}
