/** One process of an app whose disk fills up, or is read-only or locked: says what became of each call, and what ran. */
import { existsSync, writeFileSync } from "node:fs";
import { createGate, loadPolicy } from "@sallyport/core";
import { guardTools } from "@sallyport/ai-sdk";
import { sqliteStore } from "@sallyport/sqlite";
import { generateText, isStepCount, tool } from "ai";
import { z } from "zod";
import { call, scripted, text } from "../ai-sdk/kit.ts";

const POLICY = `
version: 1
name: disk
tools: { pay: { effect: side_effect, destination: none }, look: { effect: read } }
rules: [{ id: payments, tools: [pay], decide: allow }]
`;

const [, , folder = "", ballast = "0"] = process.argv;
const store = sqliteStore(`${folder}/app.db`);
const gate = await createGate({ policy: loadPolicy(POLICY), store });
const ran: string[] = [];
const tools = {
  pay: tool({ inputSchema: z.object({ note: z.string() }), execute: async () => ran.push("pay") }),
  look: tool({ inputSchema: z.object({ note: z.string() }), execute: async () => ran.push("look") }),
};
const session = { id: "s1", principal: { id: "ann" }, agent: { id: "desk" } };

const act = async (round: number): Promise<string> => {
  const note = `${round} ${"x".repeat(20_000)}`;
  const model = scripted([call("pay", { note }, `p${round}`), call("look", { note }, `l${round}`)], [text("done")]);
  await generateText({ model, prompt: "pay", ...guardTools(gate, tools, { session }), stopWhen: isStepCount(2) });
  return JSON.stringify(model.doGenerateCalls[1]?.prompt.at(-1)?.content);
};

const before = await act(0);
// the rest of the disk is taken by something else
if (Number(ballast) > 0 && !existsSync(`${folder}/ballast`)) {
  for (let size = 1 << 20; size >= 1024; size >>= 1) {
    for (let part = 0; part < Number(ballast); part++) {
      try {
        writeFileSync(`${folder}/ballast-${size}-${part}`, Buffer.alloc(size));
      } catch {
        // full: smaller ones may still fit
        break;
      }
    }
  }
}
const ranBefore = ran.length;
const after: string[] = [];
for (let round = 1; round <= 5; round++) after.push(await act(round));
console.log(JSON.stringify({ before, after: after.at(-1), ranBefore, ranAtLast: ran.length }));
