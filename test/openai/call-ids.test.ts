import { callResponseTools, callTools, guardTools } from "@sallyport/openai";
import { expect, it } from "vitest";
import { emptyWorld, gateOf, SESSION, zodToolsOf } from "./tools-kit.ts";

const args = JSON.stringify({ to: "bob", amount: 500 });

it("counts the calls of every kind under an id, as the shield does", async () => {
  const gate = await gateOf();
  const tools = guardTools(gate, zodToolsOf(emptyWorld()), { session: SESSION });
  const input = [
    { type: "custom_tool_call" as const, call_id: "c1", name: "note", input: "x" },
    { type: "custom_tool_call_output" as const, call_id: "c1", output: "ok" },
  ];
  const output = [{ type: "function_call" as const, call_id: "c1", name: "pay", arguments: args }];
  await expect(callResponseTools(tools, { output }, { input })).rejects.toThrow();

  const id = "function_call:note";
  const messages = [
    { role: "assistant" as const, function_call: { name: "note", arguments: "{}" } },
    { role: "function" as const, name: "note", content: "ok" },
  ];
  const message = {
    role: "assistant" as const,
    tool_calls: [{ id, type: "function" as const, function: { name: "pay", arguments: args } }],
  };
  await expect(callTools(tools, message, { messages })).rejects.toThrow();
  const pending = await gate.approvals.list({ status: "pending" });
  expect(pending.map(({ call }) => call.id).toSorted()).toEqual(["c1#1", `${id}#1`]);
});

it("answers a message from the record that stands in the conversation with its results already", async () => {
  const gate = await gateOf();
  const world = emptyWorld();
  const tools = guardTools(gate, zodToolsOf(world), { session: SESSION });
  const call = { id: "c1", type: "function" as const, function: { name: "pay", arguments: JSON.stringify({ to: "bob", amount: 5 }) } };
  const message = { role: "assistant" as const, tool_calls: [call] };
  const asked = { role: "user" as const, content: "pay bob" };
  const answers = await callTools(tools, message, { messages: [asked] });
  expect(await callTools(tools, message, { messages: [asked, message, ...answers] })).toEqual(answers);
  const item = { type: "function_call" as const, call_id: "r1", name: "pay", arguments: call.function.arguments };
  const outputs = await callResponseTools(tools, { output: [item] }, { input: [] });
  expect(await callResponseTools(tools, { output: [item] }, { input: [item, ...outputs] })).toEqual(outputs);
  expect(world.paid).toHaveLength(2);
});
