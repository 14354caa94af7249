import { guardTools, policyMiddleware } from "@sallyport/ai-sdk";
import { memoryStore, type Gate } from "@sallyport/core";
import { generateText, isStepCount, streamText, wrapLanguageModel, type ToolSet } from "ai";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  call,
  emptyWorld,
  gateOn,
  LEAD,
  onlyPending,
  recordsOf,
  scripted,
  SESSION,
  text,
  toolsOf,
  type Content,
  type World,
} from "./kit.ts";

let store: ReturnType<typeof memoryStore>;
let gate: Gate;
let world: World;
beforeEach(async () => {
  store = memoryStore();
  gate = await gateOn(store);
  world = emptyWorld();
});

const startedCalls = async () => (await recordsOf(store)).flatMap(({ type, state }) => (type === "call.started" ? [state["call"]] : []));

describe.each(["generate", "stream"] as const)("policyMiddleware alone lets a call through once, %s", (how) => {
  /** One run from the same first message on, with unguarded tools; resolves to what was said. */
  const run = async (tools: ToolSet, ...turns: Content[][]): Promise<string> => {
    const model = wrapLanguageModel({ model: scripted(...turns, [text("bye")]), middleware: policyMiddleware(gate, { session: SESSION }) });
    const options = { model, tools, prompt: "x", stopWhen: isStepCount(5) };
    const steps = how === "generate" ? (await generateText(options)).steps : await streamText(options).steps;
    return steps.map((step) => step.text).join("\n");
  };
  const small = call("pay", { to: "bob", amount: 5 });
  const large = call("pay", { to: "bob", amount: 500 });

  it("also where one answer has its id three times", async () => {
    const said = await run(toolsOf(world), [small, small, small]);
    expect(world.paid).toEqual([{ to: "bob", amount: 5 }]);
    expect(said.match(/was let through before/g)).toHaveLength(2);
    expect(await startedCalls()).toEqual(["c1"]);
  });

  it("also where later runs replay it", async () => {
    for (const n of [0, 1, 2]) {
      const said = await run(toolsOf(world), [small]);
      expect(said.includes("was let through before")).toBe(n > 0);
    }
    expect(world.paid).toHaveLength(1);
  });

  it("also by an approval", async () => {
    expect(await run(toolsOf(world), [large])).toContain("waits for a human");
    await gate.approvals.resolve((await onlyPending(gate)).id, { decision: "approve", approver: LEAD });
    for (const _ of [1, 2, 3]) await run(toolsOf(world), [large]);
    expect(world.paid).toEqual([{ to: "bob", amount: 500 }]);
    expect(await startedCalls()).toEqual(["c1"]);
  });

  it("also by two runs at a time", async () => {
    await Promise.all([1, 2, 3].map(() => run(toolsOf(world), [small])));
    expect(world.paid).toHaveLength(1);
  });

  it("also where the provider defined the tool and the app runs it", async () => {
    const { pay } = toolsOf(world);
    const tools = {
      pay: { type: "provider", isProviderExecuted: false, id: "mock.pay", args: {}, inputSchema: pay.inputSchema, execute: pay.execute },
    } satisfies ToolSet;
    for (const _ of [1, 2]) await run(tools, [small, small]);
    expect(world.paid).toHaveLength(1);
    expect(await startedCalls()).toEqual(["c1"]);
    expect(await run(tools, [call("pay", { to: "bob", amount: 500 }, "c2")])).toContain("waits for a human");
    expect(world.paid).toHaveLength(1);
  });

  it("a tool that was not offered is never claimed: the SDK may not know it", async () => {
    await run({ look: toolsOf(world).look }, [small]);
    expect(await startedCalls()).toEqual([]);
  });
});

it("a tool that says it runs at the provider and has an execute is guarded all the same", async () => {
  const nuke = {
    type: "provider",
    isProviderExecuted: true,
    id: "mock.nuke",
    args: {},
    inputSchema: z.object({}),
    outputSchema: z.string(),
    execute: async (_input: unknown, _options: unknown) => String((world.nuked += 1)),
  } as const;
  const { tools, toolApproval } = guardTools(gate, { nuke }, { session: SESSION, onCoverage: () => {} });
  for (const approval of [{ toolApproval }, {}])
    await generateText({ model: scripted([call("nuke", {})], [text("bye")]), prompt: "x", tools, ...approval, stopWhen: isStepCount(2) });
  await expect(tools.nuke.execute({}, { toolCallId: "c2", messages: [], context: {} })).rejects.toThrow("denied by policy");
  expect(world.nuked).toBe(0);
});
