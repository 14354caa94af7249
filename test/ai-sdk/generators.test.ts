import { guardTools } from "@sallyport/ai-sdk";
import { memoryStore, type Gate } from "@sallyport/core";
import { generateText, isStepCount, streamText, tool } from "ai";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { call, emptyWorld, gateOn, outputsSeenBy, recordsOf, scripted, SESSION, text, toolsOf } from "./kit.ts";

let store: ReturnType<typeof memoryStore>;
let gate: Gate;
beforeEach(async () => {
  store = memoryStore();
  gate = await gateOn(store);
});

const look = z.object({ id: z.number() });

describe("generator tools", () => {
  const watch = (done: (how: string) => void = () => {}) =>
    tool({
      inputSchema: look,
      async *execute({ id }, { abortSignal }) {
        try {
          for (const state of ["loading", "ready"]) {
            abortSignal?.throwIfAborted();
            yield { id, name: state, ssn: "123-45-6789" };
          }
          done("ended");
        } finally {
          done("closed");
        }
      },
    });

  it("stay generators, and every yield is inspected before it is shown", async () => {
    const guarded = guardTools(gate, { watch: watch() }, { session: SESSION });
    const result = streamText({ model: scripted([call("watch", { id: 1 })]), prompt: "x", ...guarded });
    const shown = [];
    for await (const part of result.fullStream) if (part.type === "tool-result") shown.push([part.preliminary === true, part.output]);
    expect(shown).toEqual([
      [true, { id: 1, name: "loading" }],
      [true, { id: 1, name: "ready" }],
      [false, { id: 1, name: "ready" }],
    ]);
  });

  it("replay as their last value", async () => {
    const done = vi.fn();
    const guarded = guardTools(gate, { watch: watch(done) }, { session: SESSION, onCoverage: () => {} });
    for (const _ of [1, 2]) {
      const result = await generateText({ model: scripted([call("watch", { id: 1 })]), prompt: "x", ...guarded });
      expect(result.toolResults[0]?.output).toEqual({ id: 1, name: "ready" });
    }
    expect(done.mock.calls).toEqual([["ended"], ["closed"]]);
  });

  it("are not started where the call is denied", async () => {
    const done = vi.fn();
    const strangers = await gateOn(
      memoryStore(),
      "version: 1\nname: none\nboundary: { internal: [] }\ntools: { look: { effect: read } }\n",
    );
    const model = scripted([call("watch", { id: 1 })], [text("bye")]);
    await generateText({
      model,
      prompt: "x",
      tools: guardTools(strangers, { watch: watch(done) }, { session: SESSION, onCoverage: () => {} }).tools,
      stopWhen: isStepCount(2),
    });
    expect(outputsSeenBy(model)).toEqual([{ type: "error-text", value: expect.stringContaining("denied by policy") }]);
    expect(done).not.toHaveBeenCalled();
  });

  it("are closed, and recorded, where nobody listens any more", async () => {
    const done = vi.fn();
    const { tools } = guardTools(gate, { watch: watch(done) }, { session: SESSION, onCoverage: () => {} });
    const yields = tools.watch.execute({ id: 1 }, { toolCallId: "c1", messages: [], context: {} });
    if (!(Symbol.asyncIterator in yields)) throw new Error("the tool is no generator any more");
    for await (const shown of yields) {
      expect(shown).toEqual({ id: 1, name: "loading" });
      break;
    }
    expect(done.mock.calls).toEqual([["closed"]]);
    expect((await recordsOf(store)).at(-1)?.type).toBe("call.completed");
  });

  it("throw what was inspected of their errors", async () => {
    const feed = tool({
      inputSchema: look,
      async *execute() {
        yield { id: 1 };
        throw new Error("feed of 123-45-6789 broke");
      },
    });
    const model = scripted([call("watch", { id: 1 }, "c1"), call("read_mail", { id: 1 }, "c2")], [text("bye")]);
    const result = await generateText({
      model,
      prompt: "x",
      ...guardTools(gate, { watch: feed, read_mail: feed }, { session: SESSION }),
      stopWhen: isStepCount(2),
    });
    expect(outputsSeenBy(model)).toEqual([
      { type: "error-text", value: expect.stringContaining("withheld by policy (least-data)") },
      { type: "error-text", value: expect.stringContaining("feed of 123-45-6789 broke") },
    ]);
    expect(
      String(result.steps[0]?.content.flatMap((part) => (part.type === "tool-error" && part.toolName === "watch" ? [part.error] : []))),
    ).not.toContain("123-45");
  });

  it("that are plain functions give their last value, inspected", async () => {
    const source = watch();
    const tools = { watch: tool({ inputSchema: look, execute: (input, options) => source.execute(input, options) }) };
    const result = await generateText({
      model: scripted([call("watch", { id: 1 })]),
      prompt: "x",
      ...guardTools(gate, tools, { session: SESSION }),
    });
    expect(result.toolResults[0]?.output).toEqual({ id: 1, name: "ready" });
  });

  it("and plain tools give no previews", async () => {
    const result = streamText({
      model: scripted([call("look", { id: 1 })]),
      prompt: "x",
      ...guardTools(gate, toolsOf(emptyWorld()), { session: SESSION }),
    });
    const shown = [];
    for await (const part of result.fullStream) if (part.type === "tool-result") shown.push(part.preliminary);
    expect(shown).toEqual([undefined]);
  });
});
