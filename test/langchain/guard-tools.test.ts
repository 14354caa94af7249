import { guardTool, guardTools } from "@sallyport/langchain";
import { RunnableLambda } from "@langchain/core/runnables";
import { DynamicStructuredTool, DynamicTool, StructuredTool, tool, Tool } from "@langchain/core/tools";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { memoryStore, type Gate } from "@sallyport/core";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { call, emptyWorld, gateOn, onlyPending, recordsOf, SECRET, SESSION, toolsOf, turn, type World } from "./kit.ts";

let gate: Gate;
let world: World;
beforeEach(async () => {
  gate = await gateOn();
  world = emptyWorld();
});

const options = { session: SESSION };
const byId = z.object({ id: z.number() });

describe("a guarded tool", () => {
  it("stays what it was", () => {
    const native = tool(async () => "x", {
      name: "look",
      description: "looks",
      schema: byId,
      responseFormat: "content",
      returnDirect: true,
      metadata: { server: "crm" },
      tags: ["mine"],
    });
    const guarded = guardTool(gate, native, options);
    expect(guarded).toBeInstanceOf(DynamicStructuredTool);
    expect(guarded.schema).toBe(native.schema);
    expect(guarded).toMatchObject({
      name: "look",
      description: "looks",
      responseFormat: "content",
      returnDirect: true,
      metadata: { server: "crm" },
    });
    expect(native.tags).toEqual(["mine"]);
  });

  it("gets what its schema made of the args, and the policy decided on that", async () => {
    const { pay } = toolsOf(world);
    const guarded = guardTool(gate, pay, options);
    const pending = await guarded.invoke(call("pay", { amount: "5000" }));
    expect(pending).toMatchObject({ status: "error", tool_call_id: "c1", content: expect.stringContaining("waits for a human") });
    expect((await onlyPending(gate)).call.args).toEqual({ to: "bob", amount: 5000 });
    await guarded.invoke(call("pay", { amount: "7" }, "c2"));
    expect(world.paid).toEqual([{ to: "bob", amount: 7 }]);
    expect(Object.isFrozen(world.paid[0])).toBe(true);
  });

  it("gets everything else that it was handed, the gate's signal and its idempotency key", async () => {
    const { pay } = toolsOf(world);
    const guarded = guardTool(gate, pay, options);
    await guarded.invoke(call("pay", { amount: 1 }), { configurable: { thread_id: "t" }, context: { desk: "d1" }, tags: ["x"] });
    expect(world.handed[0]).toMatchObject({
      configurable: { thread_id: "t" },
      context: { desk: "d1" },
      toolCall: { id: "c1" },
      signal: expect.any(AbortSignal),
      idempotencyKey: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("leaves args that its own schema refuses to the framework: nothing is recorded", async () => {
    const store = memoryStore();
    const guarded = guardTool(await gateOn(store), toolsOf(world).pay, options);
    await expect(guarded.invoke(call("pay", { amount: "much" }))).rejects.toThrow("did not match expected schema");
    expect(await recordsOf(store)).toEqual([]);
  });

  it("is guarded once", () => {
    const guarded = guardTool(gate, toolsOf(world).pay, options);
    expect(() => guardTools(gate, [guarded], options)).toThrow("`pay` is guarded already");
  });
});

/** Every kind of tool, counting in `ran`; all are called `nuke`, which is denied, or `look`, which is allowed and cut. */
function kinds(name: string, ran: unknown[]) {
  const effect = async (input: unknown): Promise<string> => {
    ran.push(input);
    return JSON.stringify({ id: 1, name: "Bob", ssn: SECRET });
  };
  class Own extends StructuredTool {
    name = name;
    description = "d";
    schema = byId;
    readonly #effect = effect;
    async _call(input: z.infer<typeof byId>): Promise<string> {
      return this.#effect(input);
    }
  }
  class Stubborn extends Own {
    override async invoke(): Promise<never> {
      await effect("invoke");
      throw new Error("no");
    }
  }
  class OwnText extends Tool {
    name = name;
    description = "d";
    async _call(input: string): Promise<string> {
      return effect(input);
    }
  }
  return {
    "tool()": tool(effect, { name, description: "d", schema: byId }),
    "tool() with JSON Schema": tool(effect, {
      name,
      description: "d",
      schema: { type: "object", properties: { id: { type: "number" } }, required: ["id"] },
    }),
    DynamicStructuredTool: new DynamicStructuredTool({ name, description: "d", schema: byId, func: effect }),
    DynamicTool: new DynamicTool({ name, description: "d", func: effect }),
    "tool() of a text": tool(effect, { name, description: "d", schema: z.string() }),
    "a class": new Own(),
    "a class over a text": new OwnText(),
    "a class with its own invoke": new Stubborn(),
    "a runnable": RunnableLambda.from(effect).asTool({ name, description: "d", schema: byId }),
  };
}

const KINDS = Object.keys(kinds("x", []));
const argsOf = (kind: string): Record<string, unknown> => (kind === "DynamicTool" || kind.includes("text") ? { input: "1" } : { id: 1 });

describe.each(KINDS)("%s", (kind) => {
  const make = (name: string, ran: unknown[]) => {
    const found = Object.entries(kinds(name, ran)).find(([key]) => key === kind);
    if (found === undefined) throw new Error(kind);
    return found[1];
  };

  it("runs nothing past the gate, whichever way it is called", async () => {
    const ran: unknown[] = [];
    const guarded: object = guardTool(gate, make("nuke", ran), options);
    const args = argsOf(kind);
    const ways: Record<string, () => unknown> = {
      invoke: () => way(guarded, "invoke", args),
      batch: () => way(guarded, "batch", [args]),
      stream: async () => all(await way(guarded, "stream", args)),
      transform: async () => all(await way(guarded, "transform", one(args))),
      pipe: async () => way(Object(await way(guarded, "pipe", (x: unknown) => x)), "invoke", args),
      withConfig: async () => way(Object(await way(guarded, "withConfig", { tags: ["a"] })), "invoke", args),
      withRetry: async () => way(Object(await way(guarded, "withRetry", { stopAfterAttempt: 1 })), "invoke", args),
      withFallbacks: async () => way(Object(await way(guarded, "withFallbacks", { fallbacks: [] })), "invoke", args),
      streamEvents: async () => all(await way(guarded, "streamEvents", args, { version: "v2" })),
      call: () => way(guarded, "call", args),
      func: () => way(guarded, "func", args),
      _call: () => way(guarded, "_call", args),
      bound: async () => ("bound" in guarded ? way(Object(guarded.bound), "invoke", args) : way(guarded, "invoke", args)),
    };
    for (const [name, run] of Object.entries(ways)) {
      await expect(Promise.resolve().then(run), name).rejects.toThrow("denied by policy");
    }
    expect(await way(guarded, "invoke", call("nuke", args))).toMatchObject({
      status: "error",
      content: expect.stringContaining("denied by policy"),
    });
    expect(ran).toEqual([]);
  });

  it("runs in a ToolNode, and releases no more than the policy lets", async () => {
    const ran: unknown[] = [];
    // LangChain's own types do not fit each other under exactOptionalPropertyTypes
    const node: ToolNode = Reflect.construct(ToolNode, [[guardTool(gate, make("look", ran), options)]]);
    const { messages } = await node.invoke({ messages: [turn(call("look", argsOf(kind)))] });
    if (kind === "a class with its own invoke")
      expect(messages).toMatchObject([{ status: "error", content: expect.stringContaining("withheld") }]);
    else expect(messages).toMatchObject([{ status: "success", content: '{"id":1,"name":"Bob"}' }]);
    expect(ran).toHaveLength(1);
    expect(JSON.stringify(messages)).not.toContain(SECRET);
  });
});

async function way(owner: object, name: string, ...args: readonly unknown[]): Promise<unknown> {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== "function") throw new Error(`no ${name}`);
  return Reflect.apply(method, owner, args);
}

async function all(stream: unknown): Promise<unknown[]> {
  const parts: unknown[] = [];
  if (typeof stream === "object" && stream !== null && Symbol.asyncIterator in stream && isIterable(stream))
    for await (const part of stream) parts.push(part);
  return parts;
}

const isIterable = (value: object): value is AsyncIterable<unknown> => Symbol.asyncIterator in value;

async function* one(value: unknown): AsyncGenerator {
  yield value;
}
