/**
 * One process of an app whose agent pays somebody, which needs an approval. Started by the process tests with a JSON
 * argument; what its tool does is noted in a file, and it may kill itself right after.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTool } from "@mastra/core/tools";
import { guardTools } from "@sallyport/mastra";
import { z } from "zod";
import { agentOn, call, deskIn, gateOn, LEAD, requestOf, scripted, SESSION, text } from "./kit.ts";

/** What such a process is told. */
export interface Orders {
  readonly folder: string;
  readonly act: "pause" | "approve" | "resume";
  /** how many resume at once */
  readonly times?: number;
  readonly dies?: true;
  /** how far the store's clock runs ahead, in milliseconds */
  readonly ahead?: number;
}

async function main({ folder, act, times = 1, dies, ahead = 0 }: Orders): Promise<readonly unknown[]> {
  const { store, storage } = deskIn(folder, () => Date.now() + ahead);
  const gate = await gateOn(store);
  const pay = createTool({
    id: "pay",
    description: "pays",
    inputSchema: z.object({ amount: z.number() }),
    execute: async ({ amount }) => {
      appendFileSync(join(folder, "effects"), `${amount}\n`);
      if (dies) process.kill(process.pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { receipt: process.pid };
    },
  });
  const tools = guardTools(gate, { pay }, { session: SESSION });
  const kept = join(folder, "run");
  if (act === "pause") {
    const agent = agentOn(storage, gate, scripted([call("pay", { amount: 500 })], [text("bye")]), { tools });
    const result = await agent.generate("pay", { requestContext: requestOf("ann") });
    writeFileSync(kept, result.runId ?? "");
    return [result.finishReason];
  }
  if (act === "approve") {
    for (const { id } of await gate.approvals.list({ status: "pending" }))
      await gate.approvals.resolve(id, { decision: "approve", approver: LEAD });
    return [];
  }
  const resume = async (): Promise<unknown> => {
    const agent = agentOn(storage, gate, scripted([text("bye")]), { tools });
    const stream = await agent.approveToolCall({ runId: readFileSync(kept, "utf8"), toolCallId: "c1" });
    for await (const chunk of stream.fullStream) if (chunk.type === "tool-result") return chunk.payload.result;
    return stream.finishReason;
  };
  const ended = await Promise.allSettled(Array.from({ length: times }, resume));
  return ended.map((result) => (result.status === "fulfilled" ? result.value : String(result.reason)));
}

if (process.argv[2] !== undefined) {
  process.send?.(await main(JSON.parse(process.argv[2])));
  process.disconnect?.();
  process.exit(0);
}
