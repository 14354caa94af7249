import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { createTool } from "@mastra/core/tools";
import { LibSQLStore } from "@mastra/libsql";
import type { Turn } from "@sallyport/conformance";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { nativeModel } from "../drivers/ai-sdk-model.ts";
import { oneAfterTheOther } from "./turns.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-probe-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bye = { kind: "text", text: "bye" } as const;

/** An agent without any gate. */
function agentOf(tools: Record<string, ReturnType<typeof createTool>>, ...turns: readonly Turn[]): Agent {
  const model = nativeModel(oneAfterTheOther(...turns));
  const agent = new Agent({ id: "desk", name: "desk", instructions: "help", ...Object({ model }), tools });
  const storage = new LibSQLStore({ id: "mastra", url: `file:${join(folder, "mastra.db")}` });
  return new Mastra({ agents: { desk: agent }, storage, logger: false }).getAgent("desk");
}

it("resumes one call at a time: the others of a batch wait until it has ended", async () => {
  const paid: unknown[] = [];
  const execute = async (input: unknown): Promise<string> => {
    paid.push(input);
    return "paid";
  };
  const pay = createTool({ id: "pay", description: "pays", inputSchema: z.object({ n: z.number() }), requireApproval: true, execute });
  const batch = [1, 2].map((n) => ({ kind: "call", id: `c${n}`, tool: "pay", args: { n } }) as const);
  const agent = agentOf({ pay }, batch, [bye]);
  const { runId = "" } = await agent.generate("pay");
  const stream = await agent.approveToolCall({ runId, toolCallId: "c1" });
  for await (const _ of stream.fullStream);
  expect(paid).toEqual([{ n: 1 }]);
});

it("keeps nothing of a run that has ended", async () => {
  const pay = createTool({ id: "pay", description: "pays", inputSchema: z.object({}), requireApproval: true, execute: async () => "paid" });
  const agent = agentOf({ pay }, [{ kind: "call", id: "c1", tool: "pay", args: {} }], [bye]);
  const { runId = "" } = await agent.generate("pay");
  await agent.approveToolCallGenerate({ runId, toolCallId: "c1" });
  await expect(agent.approveToolCallGenerate({ runId, toolCallId: "c1" })).rejects.toThrow("could not find a suspended run");
});

it("ends a run at a tool that returns nothing, and does not ask the model again", async () => {
  const tidy = createTool({ id: "tidy", description: "tidies", inputSchema: z.object({}), execute: async () => undefined });
  const { text } = await agentOf({ tidy }, [{ kind: "call", id: "c1", tool: "tidy", args: {} }], [bye]).generate("tidy up");
  expect(text).toBe("");
});
