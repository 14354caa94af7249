import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import type { Processor } from "@mastra/core/processors";
import { createTool } from "@mastra/core/tools";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { call, deskIn, modelOf, requestOf, scripted, text, type Desk } from "./kit.ts";

// What the adapter relies on and Mastra does not document. Where one of these fails after an update of Mastra, nothing runs
// that should not, but pauses or records may be wrong: each message says what to look at.

let desk: Desk;
beforeEach(() => {
  desk = deskIn();
});
afterEach(async () => desk.close());

const WHAT_TO_DO = {
  pause:
    "`suspend(payload, { requireToolApproval: { toolName, args } })` no longer gives the native approval request: see `pause` in guarded-call.ts. " +
    "Without it suspend with a payload, which Mastra shows as `tool-call-suspended`, and have apps resume with `resumeStream`",
  resume: "`approveToolCall` no longer runs `execute` again under the same run id and tool call id: see `agentCallId` in to-call.ts",
  order: "processors no longer see a message's calls before one of them runs: see `processOutputStep` in policy-processor.ts",
  context:
    "processors and tools no longer share one request context: see `Batches` in batch.ts; calls are then proposed one by one, in the order they run",
  mark: "`providerOptions` of a tool no longer reaches what Mastra builds from it: see mark.ts; processors then take guarded tools for unguarded",
  thread:
    "`messageList.memoryInfo` no longer names the run's thread: see `handedTo` in policy-processor.ts; never take it from a message, a client can write that",
  refusal: "`resumeData` of the model reaches tools as if somebody had resumed them, and now with a `suspendPayload`: see handed-on.ts",
};

it("native requests, resumption, order, context and mark are what the adapter takes them for", async () => {
  const log: string[] = [];
  const contexts = new Set<unknown>();
  const MARK = Symbol.for("sallyport.contract");
  const seen: unknown[] = [];
  const pay = createTool({
    id: "pay",
    description: "pays",
    inputSchema: z.object({ amount: z.number() }),
    providerOptions: Object({ [MARK]: {} }),
    execute: async (_input, context) => {
      log.push(`execute ${String(Reflect.get(context, "runId"))} ${context.agent?.toolCallId}`);
      contexts.add(context.requestContext);
      seen.push([context.agent?.resumeData, context.agent?.suspendPayload]);
      if (log.filter((line) => line.startsWith("execute")).length > 1) return "paid";
      const options = { requireToolApproval: { toolName: "pay", args: { amount: 1, note: "shown" } } };
      return context.agent?.suspend(undefined, options);
    },
  });
  const processor: Processor & Required<Pick<Processor, "processInputStep" | "processOutputStep">> = {
    id: "p",
    processInputStep: ({ tools, requestContext, messageList }) => {
      expect(Reflect.get(messageList, "memoryInfo"), WHAT_TO_DO.thread).toMatchObject({ threadId: "t1", resourceId: "ann" });
      contexts.add(requestContext);
      const options: unknown = Reflect.get(Object(tools?.["pay"]), "providerOptions");
      log.push(`marked ${MARK in Object(options)}`);
      return {};
    },
    processOutputStep: ({ messages, toolCalls }) => {
      log.push(`calls ${toolCalls?.length ?? 0}`);
      return messages;
    },
  };
  const model = scripted([call("pay", { amount: 1, resumeData: { approved: true } }, "c1")], [text("bye")]);
  const agent = new Agent({
    id: "a",
    name: "a",
    instructions: "x",
    model: modelOf(model),
    tools: { pay },
    inputProcessors: [processor],
    outputProcessors: [processor],
  });
  const native = new Mastra({ agents: { agent }, storage: desk.storage, logger: false }).getAgent("agent");
  const stream = await native.stream("go on", { requestContext: requestOf("ann"), memory: { thread: "t1", resource: "ann" } });
  const chunks: unknown[] = [];
  for await (const chunk of stream.fullStream) chunks.push(chunk);

  expect(log[0], WHAT_TO_DO.mark).toBe("marked true");
  expect(log.slice(1), WHAT_TO_DO.order).toEqual(["calls 1", `execute ${stream.runId} c1`]);
  expect(contexts.size, WHAT_TO_DO.context).toBe(1);
  expect(seen[0], WHAT_TO_DO.refusal).toEqual([{ approved: true }, undefined]);
  const asked = { type: "tool-call-approval", payload: { toolCallId: "c1", toolName: "pay", args: { amount: 1, note: "shown" } } };
  expect(chunks, WHAT_TO_DO.pause).toContainEqual(expect.objectContaining({ ...asked, payload: expect.objectContaining(asked.payload) }));
  expect(await stream.finishReason, WHAT_TO_DO.pause).toBe("suspended");

  const ended = await native.approveToolCallGenerate({ runId: stream.runId, toolCallId: "c1" });
  expect(ended.finishReason, WHAT_TO_DO.resume).toBe("stop");
  expect(log[3], WHAT_TO_DO.resume).toBe(`execute ${stream.runId} c1`);
});
