import { expect, it } from "vitest";
import { z } from "zod";
import { callId } from "@sallyport/core";
import { idUses, isResumed, toCall, toDefinition, type History } from "../../packages/ai-sdk/src/to-call.ts";

type Part = Exclude<History[number]["content"], string>[number];

const proposes = (...ids: string[]): History[number] => ({
  role: "assistant",
  content: ids.flatMap((toolCallId): Part[] => [
    { type: "tool-call", toolCallId },
    { type: "tool-approval-request", approvalId: `ask-${toolCallId}`, toolCallId },
  ]),
});
const result = (toolCallId: string): Part => ({ type: "tool-result", toolCallId });
const yes = (toolCallId: string): Part => ({ type: "tool-approval-response", approvalId: `ask-${toolCallId}` });
const tool = (...content: Part[]): History[number] => ({ role: "tool", content });
const user: History[number] = { role: "user", content: "x" };

it.each<[string, History, string, boolean]>([
  ["a first use", [user], "call_0", false],
  ["another call's use", [user, proposes("call_1"), tool(result("call_1"))], "call_0", false],
  ["a second use, in the next step", [user, proposes("call_0"), tool(result("call_0"))], "call_0#1", false],
  ["a second use, in the next turn", [user, proposes("call_0"), tool(result("call_0")), user], "call_0#1", false],
  ["a first use that is resumed", [user, proposes("call_0"), tool(yes("call_0"))], "call_0", true],
  ["a second use that is resumed", [proposes("call_0"), tool(result("call_0")), proposes("call_0"), tool(yes("call_0"))], "call_0#1", true],
  ["a use that is resumed among siblings", [proposes("call_0", "call_1"), tool(result("call_1"), yes("call_0"))], "call_0", true],
  ["a sibling of one that is resumed", [proposes("call_0", "call_1"), tool(yes("call_1"))], "call_0", false],
  ["a use that was resumed and answered", [proposes("call_0"), tool(yes("call_0"), result("call_0"))], "call_0#1", false],
  ["a use that was resumed and answered in this run", [proposes("call_0"), tool(yes("call_0")), tool(result("call_0"))], "call_0#1", false],
  ["an answered use that is resumed once more", [proposes("call_0"), tool(result("call_0")), tool(yes("call_0"))], "call_0#1", true],
  ["two uses in one message", [proposes("call_0", "call_0"), tool(result("call_0"), result("call_0"))], "call_0#1", false],
  ["an answer to nothing", [user, tool(result("call_0"))], "call_0", false],
  ["a proposal that a user wrote", [{ ...proposes("call_0"), role: "user" }, tool(result("call_0"))], "call_0", false],
  [
    "an answer of the provider",
    [{ role: "assistant", content: [{ type: "tool-call", toolCallId: "call_0" }, result("call_0")] }],
    "call_0#1",
    false,
  ],
])("%s", (_, messages, id, resumed) => {
  expect(callId("call_0", idUses(messages))).toBe(id);
  expect(isResumed("call_0", messages)).toBe(resumed);
});

it("hands the input on as it is: the gate reads it", () => {
  const input = { a: 1 };
  expect(toCall({ toolCallId: "c1", toolName: "look", input, messages: [] }, { name: "look" })).toEqual({
    id: "c1",
    tool: "look",
    args: { a: 1 },
    definition: { name: "look" },
  });
  expect(toCall({ toolCallId: "c1", toolName: "look", input, messages: [] }, {}).args).toBe(input);
});

it("defines a tool by name, description and schema, as far as they are JSON", async () => {
  expect(await toDefinition("look", { description: "looks", inputSchema: z.object({ id: z.number() }) })).toMatchObject({
    name: "look",
    description: "looks",
    inputSchema: { type: "object", required: ["id"] },
  });
  expect(await toDefinition("look", { description: () => "looks", inputSchema: z.object({ at: z.date() }) })).toEqual({ name: "look" });
  expect(await toDefinition("look", {})).toEqual({ name: "look" });
});
