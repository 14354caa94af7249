import { Agent, tool, toolNamespace, type FunctionTool } from "@openai/agents";
import { memoryStore } from "@sallyport/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bank, call, open, runner, Scripted, text } from "./kit.ts";

const BYE = [text("bye")];

const MUCH = `
version: 1
name: much
boundary: { internal: [] }
tools: { pay: { effect: read } }
rules: [{ id: much, tools: [pay], set: { args.amount: "'much'" } }]
`;

/** A tool that keeps what it got. */
function keeping(schema: z.ZodObject = z.object({ amount: z.number() })) {
  const got: { readonly args: unknown; readonly details: Record<string, unknown> }[] = [];
  const pay = tool({
    name: "pay",
    description: "pays",
    parameters: schema,
    execute: async (args, _context, details) => {
      got.push({ args, details: Object(details) });
      return { paid: true };
    },
  });
  return { got, pay };
}

describe("what a tool gets", () => {
  it("is what was decided on, frozen, with the gate's key and signal", async () => {
    const { guard } = await open();
    const { got, pay } = keeping();
    await runner.run(guard(new Agent({ name: "desk", model: new Scripted([call("pay", { amount: 1 })], BYE), tools: [pay] })), "go");
    expect(got).toEqual([
      {
        args: { amount: 1 },
        details: expect.objectContaining({
          idempotencyKey: expect.stringMatching(/^[0-9a-f]{64}$/),
          signal: expect.any(AbortSignal),
          toolCall: expect.objectContaining({ callId: "c1" }),
        }),
      },
    ]);
    expect(Object.isFrozen(got[0]?.args)).toBe(true);
  });

  it("is what its schema made of it", async () => {
    const { guard } = await open();
    const { got, pay } = keeping(z.object({ amount: z.coerce.number(), note: z.string().default("none") }));
    await runner.run(guard(new Agent({ name: "desk", model: new Scripted([call("pay", { amount: "7" })], BYE), tools: [pay] })), "go");
    expect(got.map(({ args }) => args)).toEqual([{ amount: 7, note: "none" }]);
  });

  it("is nothing where a rule makes args of it that its schema refuses", async () => {
    const { guard } = await open({ policy: MUCH });
    const { got, pay } = keeping();
    const model = new Scripted([call("pay", { amount: 1 })], BYE);
    await runner.run(guard(new Agent({ name: "desk", model, tools: [pay] })), "go");
    expect([got, model.shown()]).toEqual([[], expect.stringContaining("does not take the args that were decided on")]);
  });

  it.each([
    ["no JSON", "{"],
    ["a list", "[1]"],
    ["a key twice", '{"amount":1,"amount":500}'],
    ["nothing", ""],
  ])("is nothing where the model wrote %s, and nobody is asked", async (_, written) => {
    const { guard } = await open();
    const { got, pay } = keeping();
    const model = new Scripted([call("pay", written)], BYE);
    const { interruptions } = await runner.run(guard(new Agent({ name: "desk", model, tools: [pay] })), "go");
    expect([got, interruptions]).toEqual([[], []]);
    expect(model.shown()).toMatch(/denied by policy|invalid args/);
    // and the model finds what it wrote
    expect(model.requests[1]?.input).toContainEqual(expect.objectContaining({ type: "function_call", arguments: written }));
  });

  it("is not hidden from what the tool itself asks by writing what we write of such args", async () => {
    const { guard } = await open();
    const asked: unknown[] = [];
    const { got, pay } = keeping();
    const asking = Object.assign({}, pay, { needsApproval: async (_context: unknown, input: unknown) => asked.push(input) > 0 });
    const written = JSON.stringify({ "sallyport:written": '{"amount":1}', amount: 1 });
    const sly = [call("pay", written, "c1"), call("pay", { amount: 1 }, "c2"), call("pay", "[", "c2")];
    const { interruptions } = await runner.run(guard(new Agent({ name: "desk", model: new Scripted(sly, BYE), tools: [asking] })), "go");
    expect([got, asked, interruptions]).toEqual([[], [{ amount: 1 }, { amount: 1 }], expect.objectContaining({ length: 2 })]);
  });

  it("is nothing where its parser is not the SDK's, and makes something else of it", async () => {
    const { guard } = await open();
    const got: unknown[] = [];
    const made = keeping().pay;
    const invoke: FunctionTool["invoke"] = async (_context, input, details) => {
      const args = { amount: JSON.parse(input).amount + 1000 };
      for (const key of Object.getOwnPropertySymbols(details ?? {}))
        if (key.description === "openai.agents.functionToolParsedInputCallback") Reflect.get(Object(details), key)(args);
      got.push(args);
      return "paid";
    };
    // as a tool of another copy of the SDK, which parses by itself
    const strange = Object.assign({}, made, { invoke });
    const model = new Scripted([call("pay", { amount: 1 })], BYE);
    await runner.run(guard(new Agent({ name: "desk", model, tools: [strange] })), "go");
    expect([got, model.shown()]).toEqual([[], expect.stringContaining("does not take the args that were decided on")]);
  });
});

describe("what goes wrong", () => {
  it("in a tool is an error to the model, on record as one", async () => {
    const { guard, records } = await open();
    const failing = (errorFunction: null | undefined) =>
      tool({
        name: "pay",
        description: "pays",
        parameters: z.object({ amount: z.number() }),
        ...(errorFunction === undefined ? {} : { errorFunction }),
        execute: async () => {
          throw new Error("no funds");
        },
      });
    const model = new Scripted([call("pay", { amount: 1 }, "c1")], [call("pay", { amount: 2 }, "c2")], BYE);
    await runner.run(guard(new Agent({ name: "desk", model, tools: [failing(null)] })), "go", { maxTurns: 3 });
    expect([model.shown("c1"), await records()]).toEqual([
      expect.stringContaining("the call failed: no funds"),
      expect.arrayContaining(["call.failed c1 allow"]),
    ]);
    const other = new Scripted([call("pay", { amount: 3 }, "c3")], BYE);
    await runner.run(guard(new Agent({ name: "desk", model: other, tools: [failing(undefined)] })), "go");
    expect([other.shown("c3"), await records()]).toEqual([
      expect.stringContaining("An error occurred while running the tool"),
      expect.arrayContaining(["call.failed c3 allow"]),
    ]);
  });

  it("in the app's own code denies, and the model is told no more than that", async () => {
    const { guard, faults } = await open();
    const { done, pay } = bank();
    const desk = guard(new Agent({ name: "desk", model: new Scripted([call("pay", { amount: 1 })], BYE), tools: [pay] }), {
      session: () => {
        throw new Error("a secret of the host");
      },
    });
    const thrown: unknown = await runner.run(desk, "go").catch((error: unknown) => error);
    expect([done, String(thrown)]).toEqual([[], expect.not.stringContaining("secret")]);
    expect(faults).not.toEqual([]);
    const [first] = desk.tools;
    if (first?.type !== "function") throw new Error("not reached");
    expect(await first.invoke(Object({}), '{"amount":1}')).toContain("not run: the gate could not decide");
    expect(done).toEqual([]);
  });

  it("in the store denies", async () => {
    const whole = memoryStore();
    const store = { ...whole, append: async () => Promise.reject(new Error("the disk is full")), now: async () => whole.now() };
    const { guard } = await open({ store: Object.assign(Object.create(whole), store) });
    const { done, pay } = bank();
    const desk = guard(new Agent({ name: "desk", model: new Scripted([call("pay", { amount: 1 })], BYE), tools: [pay] }));
    await runner.run(desk, "go").catch(() => undefined);
    expect(done).toEqual([]);
  });
});

describe("a guarded tool", () => {
  it("makes a call of its own each time that the app runs it, and one for each where another tool does", async () => {
    const { guard, records } = await open();
    const { got, pay } = keeping();
    const desk = guard(new Agent({ name: "desk", model: new Scripted(BYE), tools: [pay] }));
    const [guarded] = desk.tools;
    if (guarded?.type !== "function") throw new Error("not reached");
    const context = Object({ context: undefined });
    await guarded.invoke(context, '{"amount":1}');
    await guarded.invoke(context, '{"amount":1}');
    expect(await guarded.invoke(context, '{"amount":500}')).toContain("waits for a human");
    const details = Object({ idempotencyKey: "outer", toolCall: { callId: "c1" } });
    await guarded.invoke(context, '{"amount":2}', details);
    await guarded.invoke(context, '{"amount":2}', details);
    expect(got.map(({ args }) => args)).toEqual([{ amount: 1 }, { amount: 1 }, { amount: 2 }]);
    expect((await records()).filter((record) => record.startsWith("call.completed"))).toHaveLength(3);
  });

  it("stays in its namespace, and keeps its time limit", async () => {
    const { guard } = await open();
    const { done, pay } = bank();
    const slow = tool({
      name: "balance",
      description: "",
      parameters: z.object({}),
      timeoutMs: 20,
      execute: async (_args, _context, details) =>
        new Promise<string>((_, reject) => details?.signal?.addEventListener("abort", () => reject(new Error("stopped")), { once: true })),
    });
    const spaced = toolNamespace({ name: "bank", description: "of the bank", tools: [pay] });
    const model = new Scripted([Object.assign(call("pay", { amount: 1 }), { namespace: "bank" }), call("balance", {}, "c2")], BYE);
    await runner.run(guard(new Agent({ name: "desk", model, tools: [...spaced, slow] })), "go");
    expect([done, model.shown("c2")]).toEqual([["pay 1"], expect.stringContaining("timed out")]);
  });
});

it("runs the calls of one answer side by side, after all of them were proposed in its order", async () => {
  const { guard, records } = await open();
  const { done, pay, wipe } = bank();
  const model = new Scripted(
    [call("wipe", {}, "c1"), call("pay", { amount: 1 }, "c2"), call("nothing", {}, "c3"), call("pay", { amount: 2 }, "c4")],
    BYE,
  );
  const { Runner } = await import("@openai/agents");
  const forgiving = new Runner({ tracingDisabled: true, toolNotFoundBehavior: "return_error_to_model" });
  await forgiving.run(guard(new Agent({ name: "desk", model, tools: [pay, wipe] })), "go");
  expect(done.toSorted()).toEqual(["pay 1", "pay 2"]);
  const proposed = (await records()).filter((record) => /^call\.(proposed|started)/.test(record));
  expect(proposed.slice(0, 4)).toEqual([
    "call.proposed c1 deny",
    "call.proposed c2 allow",
    "call.proposed c3 deny",
    "call.proposed c4 allow",
  ]);
});
