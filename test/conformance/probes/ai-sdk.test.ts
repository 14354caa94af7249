import type { ModelMessage } from "ai";
import { generateText, isStepCount, tool } from "ai";
import { expect, it } from "vitest";
import { z } from "zod";
import { nativeModel } from "../drivers/ai-sdk-model.ts";
import { oneAfterTheOther } from "./turns.ts";

const call = (id: string, n: number) => ({ kind: "call", id, tool: "pay", args: { n } }) as const;
const bye = { kind: "text", text: "bye" } as const;

/** Tools without any gate, and what they did. */
function world() {
  const paid: unknown[] = [];
  const execute = async (input: unknown): Promise<string> => {
    paid.push(input);
    return "paid";
  };
  return { paid, tools: { pay: tool({ inputSchema: z.object({ n: z.number() }), execute }) } };
}

it("asks a human once for each call: on resume, `user-approval` runs the call, so that only a denial keeps it from running", async () => {
  const { paid, tools } = world();
  const options = { model: nativeModel(oneAfterTheOther([call("c1", 1)], [bye])), tools, toolApproval: () => "user-approval" as const };
  const prompt: ModelMessage[] = [{ role: "user", content: "pay" }];
  const paused = await generateText({ ...options, messages: prompt, stopWhen: isStepCount(3) });
  const request = paused.content.find((part) => part.type === "tool-approval-request");
  const yes: ModelMessage = {
    role: "tool",
    content: [{ type: "tool-approval-response", approvalId: request?.approvalId ?? "", approved: true }],
  };
  const resumed = await generateText({ ...options, messages: [...prompt, ...paused.responseMessages, yes], stopWhen: isStepCount(3) });
  expect(paid).toEqual([{ n: 1 }]);
  expect(resumed.content.some((part) => part.type === "tool-approval-request")).toBe(false);
});

it("keeps one approval status for each call id: the refusal of the second call under an id is the first one's too", async () => {
  const { paid, tools } = world();
  const model = nativeModel(oneAfterTheOther([call("same", 1), call("same", 2)], [bye]));
  const toolApproval = ({ toolCall: { input } }: { readonly toolCall: { readonly input: unknown } }) =>
    JSON.stringify(input) === '{"n":2}' ? ({ type: "denied", reason: "the id is used" } as const) : undefined;
  await generateText({ model, tools, toolApproval, prompt: "pay", stopWhen: isStepCount(3) });
  expect(paid).toEqual([]);
});

it("ends a run where it pauses: an agent in a tool returns unfinished, and the outer one takes that for its result", async () => {
  const { paid, tools } = world();
  const seen: unknown[] = [];
  const inner = { model: nativeModel(oneAfterTheOther([call("i1", 1)], [bye])), tools, toolApproval: () => "user-approval" as const };
  const ask = tool({
    inputSchema: z.object({}),
    execute: async () => {
      const { text, finishReason } = await generateText({ ...inner, prompt: "pay" });
      seen.push(finishReason, text);
      return text;
    },
  });
  const model = nativeModel(oneAfterTheOther([{ kind: "call", id: "c1", tool: "ask", args: {} }], [bye]));
  const { text } = await generateText({ model, tools: { ask }, prompt: "go", stopWhen: isStepCount(3) });
  expect([seen, paid, text]).toEqual([["tool-calls", ""], [], "bye"]);
});
