import { memoryStore } from "@sallyport/core";
import { ApprovalRequired, callResponseTools, callTools, coverage, guardTools } from "@sallyport/openai";
import type { OpenAI } from "openai";
import { zodResponsesFunction } from "openai/helpers/zod";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { emptyWorld, gateOf, LEAD, recordsIn, SESSION, toolsOf, type World } from "./tools-kit.ts";

const Payment = z.object({ to: z.string().trim(), amount: z.number() });

/** Tools in the form of the Responses API: what `zodResponsesFunction` makes, and a plain one with its function in it. */
function flatTools(world: World) {
  const pay = async ({ to, amount }: z.infer<typeof Payment>) => {
    world.paid.push({ to, amount });
    return { receipt: world.paid.length };
  };
  const look = {
    type: "function" as const,
    name: "look",
    strict: false,
    parameters: {},
    function: async (text: string) => ({ id: 1, name: "bob", asked: text }),
  };
  return [zodResponsesFunction({ name: "pay", parameters: Payment, function: pay }), look];
}

type Written = readonly (readonly [id: string, tool: string, args: string])[];

/** Both loops, as an app writes them: what a model is answered, by call. */
const LOOPS = {
  chat: {
    tools: (world: World): readonly object[] => toolsOf(world),
    call: async (tools: readonly object[], calls: Written, answered: readonly string[] = []) => {
      const message = (calls: Written): OpenAI.ChatCompletionMessageParam => ({
        role: "assistant",
        tool_calls: calls.map(([id, name, args]) => ({ id, type: "function", function: { name, arguments: args } })),
      });
      const messages = answered.flatMap((id): OpenAI.ChatCompletionMessageParam[] => [
        message([[id, "look", "{}"]]),
        { role: "tool", tool_call_id: id, content: "seen" },
      ]);
      const answers = await callTools(tools, message(calls), { messages, toolContext: "ctx" });
      return answers.map(({ tool_call_id: id, content }) => [id, content]);
    },
  },
  responses: {
    tools: (world: World): readonly object[] => flatTools(world),
    call: async (tools: readonly object[], calls: Written, answered: readonly string[] = []) => {
      const item = (id: string, name: string, args: string) => ({ type: "function_call" as const, call_id: id, name, arguments: args });
      const input = answered.flatMap((id): OpenAI.Responses.ResponseInputItem[] => [
        item(id, "look", "{}"),
        { type: "function_call_output", call_id: id, output: "seen" },
      ]);
      const answers = await callResponseTools(tools, { output: calls.map((call) => item(...call)) }, { input, toolContext: "ctx" });
      return answers.map(({ call_id: id, output }) => [id, output]);
    },
  },
} as const;

const pay = (id: string, amount: number) => [id, "pay", JSON.stringify({ to: "bob", amount })] as const;

describe.each(["chat", "responses"] as const)("a plain loop with %s", (api) => {
  const { tools: native, call } = LOOPS[api];

  it("runs what is allowed and answers every call in order", async () => {
    const world = emptyWorld();
    const store = memoryStore();
    const tools = guardTools(await gateOf(store), native(world), { session: SESSION });
    const calls: Written = [
      pay("c1", 5),
      ["c2", "look", '{"a":1}'],
      ["c3", "rm", '{"path":"/"}'],
      ["c4", "pay", '{"to":1}'],
      ["c5", "pay", "{"],
    ];
    expect(await call(tools, calls)).toEqual([
      ["c1", '{"receipt":1}'],
      ["c2", '{"id":1,"name":"bob"}'],
      ["c3", expect.stringContaining("denied by policy")],
      ["c4", expect.stringMatching(/expected string|invalid_type/)],
      ["c5", expect.stringContaining("JSON")],
    ]);
    expect(world.paid).toEqual([{ to: "bob", amount: 5 }]);
    // a tool that there is not is decided and recorded like any other
    expect((await recordsIn(store)).slice(0, 4)).toEqual(["call.proposed c1", "call.proposed c2", "call.proposed c3", "call.started c1"]);
  });

  it("throws what waits once the others have run, and answers from the record when it is called again", async () => {
    const world = emptyWorld();
    const gate = await gateOf();
    const tools = guardTools(gate, native(world), { session: SESSION });
    const calls = [pay("c1", 1), pay("c2", 500)];
    const waits = await call(tools, calls).catch((error: unknown) => error);
    expect(waits).toBeInstanceOf(ApprovalRequired);
    expect(world.paid).toHaveLength(1);
    const [approval] = await gate.approvals.list({ status: "pending" });
    expect(waits).toMatchObject({ error: { approvals: [approval?.id] } });
    await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEAD });
    const answers = [
      ["c1", '{"receipt":1}'],
      ["c2", '{"receipt":2}'],
    ];
    // in another part of the app, and twice
    const again = guardTools(gate, native(world), { session: SESSION });
    expect([await call(again, calls), await call(again, calls)]).toEqual([answers, answers]);
    expect(world.paid.map(({ amount }) => amount)).toEqual([1, 500]);
  });

  it("denies a call whose stored args were changed, while the approval waits on", async () => {
    const world = emptyWorld();
    const gate = await gateOf();
    const tools = guardTools(gate, native(world), { session: SESSION });
    await call(tools, [pay("c1", 500)]).catch(() => undefined);
    await expect(call(tools, [pay("c1", 5)])).rejects.toBeInstanceOf(ApprovalRequired);
    const [approval] = await gate.approvals.list({ status: "pending" });
    await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEAD });
    expect(await call(tools, [pay("c1", 5)])).toEqual([["c1", expect.stringContaining("other args")]]);
    expect(world.paid).toEqual([]);
  });

  it("knows ids that start again apart", async () => {
    const world = emptyWorld();
    const store = memoryStore();
    const tools = guardTools(await gateOf(store), native(world), { session: SESSION });
    await call(tools, [pay("call_0", 5)]);
    await call(tools, [pay("call_0", 5)], ["call_0"]);
    expect(world.paid).toHaveLength(2);
    expect(await recordsIn(store)).toContain("call.completed call_0#1");
  });

  it("leaves calls of tools without a function to the app", async () => {
    const onCoverage = (): void => undefined;
    const own = { type: "function", name: "confirm", function: { name: "confirm", parameters: {} } };
    const tools = guardTools(await gateOf(), [...native(emptyWorld()), own], { session: SESSION, onCoverage });
    expect(await call(tools, [["c1", "confirm", "{}"], pay("c2", 1)])).toEqual([["c2", '{"receipt":1}']]);
  });

  it("refuses tools that nobody guarded", async () => {
    await expect(call(native(emptyWorld()), [pay("c1", 5)])).rejects.toMatchObject({ code: "invalid-input" });
    await expect(call([], [pay("c1", 5)])).rejects.toMatchObject({ code: "invalid-input" });
  });
});

describe("coverage", () => {
  const bare = { type: "function", function: { name: "confirm", parameters: {} } };
  const tools = [bare, { type: "custom", custom: { name: "sql" } }, { type: "web_search" }, { type: "mcp", server_label: "wiki" }];

  it("names what cannot be enforced where it runs, and what the policy does not know", async () => {
    expect(coverage([...toolsOf(emptyWorld()), ...tools])).toEqual([
      { tool: "confirm", gap: "client-side" },
      { tool: "sql", gap: "client-side" },
      { tool: "web_search", gap: "provider-executed" },
      { tool: "wiki", gap: "provider-executed" },
    ]);
    expect(coverage(flatTools(emptyWorld()), await gateOf())).toEqual([]);
    const shell = (type: string) => ({ type: "shell", environment: { type } });
    expect(coverage([shell("local"), shell("container_auto")])).toEqual([
      { tool: "shell", gap: "client-side" },
      { tool: "shell", gap: "provider-executed" },
    ]);
    expect(coverage([bare], await gateOf())).toContainEqual({ tool: "confirm", gap: "uncatalogued" });
  });

  it("is reported, and refused by a strict gate", async () => {
    const found: unknown[] = [];
    const guarded = guardTools(await gateOf(), [bare], { session: SESSION, onCoverage: (gap) => void found.push(gap) });
    expect(guarded).toEqual([bare]);
    expect(found).toHaveLength(2);
    const strict = await gateOf(memoryStore(), { strict: true });
    expect(() => guardTools(strict, [bare], { session: SESSION, onCoverage: () => undefined })).toThrow("confirm");
    expect(() => guardTools(strict, toolsOf(emptyWorld()), { session: SESSION })).not.toThrow();
  });
});
