// one process of an app: `node desk.ts <folder> <step> [value]`; prints what the step came to as JSON
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { policyMiddleware } from "@sallyport/langchain";
import { Command } from "@langchain/langgraph";
import { createGate, loadPolicy } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { createAgent, FakeToolCallingModel, tool } from "langchain";
import { z } from "zod";
import { call, LEAD, POLICY, resultsIn, SESSION } from "./kit.ts";
import { openSaver } from "../../examples/langgraph/sqlite-saver.ts";

const [folder = "", step = "", value = "true"] = process.argv.slice(2);
const store = sqliteStore(join(folder, "gate.db"), { clock: () => Date.now() + Number(process.env["DESK_LATER"] ?? 0) });
const gate = await createGate({ policy: loadPolicy(POLICY), store });
const saver = openSaver(join(folder, "graph.db"));

const pay = tool(
  async ({ amount }) => {
    appendFileSync(join(folder, "effects.log"), `${amount}\n`);
    if (step === "crash" && amount === 500) process.kill(process.pid, "SIGKILL");
    return "paid";
  },
  { name: "pay", description: "pays", schema: z.object({ to: z.string().default("bob"), amount: z.coerce.number() }) },
);
const calls = [call("pay", { amount: 500 }, "c1"), call("pay", { amount: "1" }, "c2")];
// answers what has not been answered yet
const model = new FakeToolCallingModel({
  toolCalls: step === "start" ? [calls.map(({ name, args, id = "" }) => ({ name, args, id }))] : [[]],
  index: 0,
});
const middleware = policyMiddleware(gate, {
  session: SESSION,
  approver: ({ configurable }) => (configurable["user"] === "lea" ? LEAD : undefined),
});
const agent = createAgent({ model, tools: [pay], middleware, checkpointer: saver });
const config = { configurable: { thread_id: "t", user: process.env["DESK_USER"] }, durability: "sync" as const };

/** By the id of the pause, where there is one: that says what is answered. */
async function answerTo(value: unknown): Promise<unknown> {
  const { tasks } = await agent.graph.getState(config);
  const id = tasks.flatMap(({ interrupts }) => interrupts)[0]?.id;
  return id === undefined ? value : { [id]: value };
}

if (step === "approve") {
  for (const { id } of await gate.approvals.list({ status: "pending" }))
    await gate.approvals.resolve(id, { decision: "approve", approver: LEAD });
} else {
  const input =
    step === "start" ? { messages: [{ role: "user", content: "go" }] } : new Command({ resume: await answerTo(JSON.parse(value)) });
  const { messages, __interrupt__: paused = [] } = await agent.invoke(input, config);
  console.log(JSON.stringify({ paused: paused.length, results: resultsIn(messages) }));
}
await store.close();
