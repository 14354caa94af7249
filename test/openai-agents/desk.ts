// one process of an app: `node desk.ts <folder> <step>`; prints what the step came to as JSON
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, tool } from "@openai/agents";
import { createGate, loadPolicy } from "@sallyport/core";
import { applyVerdicts, guardAgent, loadState } from "@sallyport/openai/agents";
import { sqliteStore } from "@sallyport/sqlite";
import { z } from "zod";
import { call, LEAD, POLICY, runner, Scripted, SESSION, text } from "./kit.ts";

const [folder = "", step = ""] = process.argv.slice(2);
const store = sqliteStore(join(folder, "gate.db"), { clock: () => Date.now() + Number(process.env["DESK_LATER"] ?? 0) });
const gate = await createGate({ policy: loadPolicy(POLICY), store });
const pay = tool({
  name: "pay",
  description: "pays",
  parameters: z.object({ amount: z.number() }),
  execute: async ({ amount }) => {
    appendFileSync(join(folder, "effects.log"), `${amount}\n`);
    if (step === "crash" && amount === 500) process.kill(process.pid, "SIGKILL");
    return "paid";
  },
});
const calls = [call("pay", { amount: 500 }, "c1"), call("pay", { amount: 1 }, "c2")];
const model = new Scripted(...(step === "start" ? [calls] : []), [text("bye")]);
const desk = guardAgent(new Agent({ name: "desk", model, tools: [pay] }), gate, { session: SESSION, onCoverage: () => {} });
const file = join(folder, "state.json");

if (step === "approve") {
  for (const { id } of await gate.approvals.list({ status: "pending" }))
    await gate.approvals.resolve(id, { decision: "approve", approver: LEAD });
} else {
  const input = step === "start" ? "go" : await loadState(desk, readFileSync(file, "utf8"), {});
  if (typeof input !== "string" && step === "yes") for (const item of input.getInterruptions()) input.approve(item);
  if (typeof input !== "string" && step !== "yes") await applyVerdicts(gate, input);
  const { interruptions, state } = await runner.run(desk, input);
  if (!existsSync(file)) writeFileSync(file, state.toString());
  console.log(JSON.stringify({ paused: interruptions.length, shown: [model.shown("c1"), model.shown("c2")] }));
}
await store.close();
