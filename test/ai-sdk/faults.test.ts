import { guardTools, policyMiddleware } from "@sallyport/ai-sdk";
import { memoryStore, SallyportError, type Gate } from "@sallyport/core";
import { generateText, isStepCount, streamText, tool, wrapLanguageModel } from "ai";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { all, call, emptyWorld, gateOn, outputsSeenBy, scripted, SESSION, text, toolsOf, type World } from "./kit.ts";

let gate: Gate;
let world: World;
beforeEach(async () => {
  gate = await gateOn(memoryStore());
  world = emptyWorld();
});

const pay = () => scripted([call("pay", { to: "bob", amount: 5 })], [text("bye")]);
const broken = new Error("no user: secret-host:5432");

describe.each([false, true])("what the app's own code throws (toolApproval left out: %s)", (bare) => {
  const run = async (guarded: ReturnType<typeof guardTools<ReturnType<typeof toolsOf>>>) => {
    const model = pay();
    const { tools, toolApproval } = guarded;
    await generateText({ model, prompt: "x", tools, ...(bare ? {} : { toolApproval }), stopWhen: isStepCount(3) });
    return JSON.stringify(outputsSeenBy(model));
  };

  it.each<[string, () => never | Promise<never>]>([
    [
      "throws",
      () => {
        throw broken;
      },
    ],
    ["rejects", () => Promise.reject(broken)],
  ])("runs nothing, gets to onFault once, and is not told to the model: a session that %s", async (_, session) => {
    const faults: unknown[] = [];
    const said = await run(guardTools(gate, toolsOf(world), { session, onFault: (error) => faults.push(error) }));
    expect(world.paid).toEqual([]);
    expect(faults).toEqual([broken]);
    expect(said).toContain("the gate could not decide (fault)");
    expect(said).not.toContain("secret-host");
  });

  it("is logged where nobody listens, without the args of the call", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    await run(guardTools(gate, toolsOf(world), { session: () => Promise.reject(broken) }));
    expect(log.mock.calls).toEqual([[expect.stringContaining("sallyport: a call was not run"), broken]]);
    log.mockRestore();
  });

  it("is found where a function gives no session", async () => {
    const faults: unknown[] = [];
    const session = () => JSON.parse("null");
    const said = await run(guardTools(gate, toolsOf(world), { session, onFault: (error) => faults.push(error) }));
    expect(faults).toMatchObject([{ code: "invalid-input", message: expect.stringContaining("`session` is missing") }]);
    expect(said).toContain("the gate could not decide (invalid-input)");
    expect(world.paid).toEqual([]);
  });
});

it("a denial is no fault", async () => {
  const onFault = vi.fn();
  const { tools, toolApproval } = guardTools(gate, toolsOf(world), { session: SESSION, onFault });
  for (const approval of [{ toolApproval }, {}])
    await generateText({ model: scripted([call("nuke", {})]), prompt: "x", tools, ...approval });
  expect(onFault).not.toHaveBeenCalled();
});

it("a needsApproval that throws denies the call", async () => {
  const faults: unknown[] = [];
  const look = tool({
    inputSchema: z.object({ id: z.number() }),
    needsApproval: () => {
      throw broken;
    },
    execute: async () => "looked",
  });
  const model = scripted([call("look", { id: 1 })], [text("bye")]);
  const guarded = guardTools(gate, { look }, { session: SESSION, onFault: (error) => faults.push(error) });
  await generateText({ model, prompt: "x", ...guarded, stopWhen: isStepCount(2) });
  expect(faults).toEqual([broken]);
  expect(outputsSeenBy(model)).toMatchObject([{ type: "execution-denied", reason: expect.stringContaining("could not decide") }]);
});

describe("a missing session", () => {
  it.each<[string, unknown]>([
    ["no options", undefined],
    ["no session", {}],
    ["null", { session: null }],
    ["a text", { session: "chat-1" }],
  ])("is said at once: %s", (_, options) => {
    const made = [
      () => Reflect.apply(guardTools, undefined, [gate, toolsOf(world), options]),
      () => Reflect.apply(policyMiddleware, undefined, [gate, options]),
    ];
    for (const make of made) {
      expect(make).toThrow(SallyportError);
      expect(make).toThrow(
        expect.objectContaining({ code: "invalid-input", message: expect.stringContaining("{ id, principal, agent }") }),
      );
    }
  });
});

it("policyMiddleware swallows nothing: the run ends with what the app threw", async () => {
  const model = wrapLanguageModel({ model: pay(), middleware: policyMiddleware(gate, { session: () => Promise.reject(broken) }) });
  const options = { model, tools: toolsOf(world), prompt: "x", maxRetries: 0 };
  await expect(generateText(options)).rejects.toBe(broken);
  const errors: unknown[] = [];
  await all(streamText({ ...options, onError: ({ error }) => void errors.push(error) }).fullStream);
  expect(errors).toEqual([broken]);
  expect(world.paid).toEqual([]);
});
