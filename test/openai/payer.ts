// one process of an app: calls the same calls as its siblings, of as many chats as it is told, and says what the model would read
import { appendFileSync } from "node:fs";
import { ApprovalRequired, callTools, guardTools } from "@sallyport/openai";
import { sqliteStore } from "@sallyport/sqlite";
import { gateOf, SESSION } from "./tools-kit.ts";
import { toolCall } from "./completions.ts";

const [, , file = "", effects = "", count = "0"] = process.argv;
const store = sqliteStore(file);
const gate = await gateOf(store);
const pay = {
  description: "pays",
  parameters: {},
  parse: JSON.parse,
  function: async function pay({ to }: { readonly to: string }) {
    appendFileSync(effects, `${to}\n`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return `${process.pid}`;
  },
};

const contents = [];
for (let chat = 0; chat < Number(count); chat++) {
  const tools = guardTools(gate, [{ type: "function", function: pay }], { session: { ...SESSION, id: `chat-${chat}` } });
  const message = { role: "assistant" as const, tool_calls: [toolCall("c1", "pay", { to: `${chat}`, amount: 500 })] };
  try {
    contents.push(...(await callTools(tools, Object(message), { messages: [] })).map(({ content }) => content));
  } catch (error) {
    if (!(error instanceof ApprovalRequired)) throw error;
    contents.push("waits");
  }
}
await store.close();
console.log(JSON.stringify(contents));
