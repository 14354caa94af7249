import { coverage, guardTools, type CoverageGap } from "@sallyport/ai-sdk";
import { createGate, memoryStore, SallyportError, type Gate } from "@sallyport/core";
import { generateText, isStepCount, tool, type ToolSet } from "ai";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { call, gateOn, outputsSeenBy, scripted, SESSION, text } from "./kit.ts";

let gate: Gate;
beforeEach(async () => {
  gate = await gateOn(memoryStore());
});

const look = z.object({ id: z.number() });

describe("coverage", () => {
  const open = {
    confirm: tool({ inputSchema: look, outputSchema: z.string() }),
    search: { type: "provider", isProviderExecuted: true, id: "mock.search", args: {}, inputSchema: look, outputSchema: z.string() },
    look: tool({ inputSchema: look, execute: async () => null }),
  } satisfies ToolSet;
  const gaps: CoverageGap[] = [
    { tool: "confirm", gap: "client-side" },
    { tool: "search", gap: "provider-executed" },
  ];
  const reported: CoverageGap[] = [
    { tool: "confirm", gap: "client-side" },
    { tool: "confirm", gap: "uncatalogued" },
    { tool: "search", gap: "provider-executed" },
    { tool: "search", gap: "uncatalogued" },
  ];

  it("names what cannot be enforced", () => {
    expect(coverage(open)).toEqual(gaps);
    const found: CoverageGap[] = [];
    guardTools(gate, open, { session: SESSION, onCoverage: (gap) => found.push(gap) });
    expect(found).toEqual(reported);
    expect(coverage(open, gate)).toEqual(reported);
  });

  it("names what the policy does not know, and what it may have meant", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const run = tool({ inputSchema: look, execute: async () => null });
    const ops = (rest: string, options = {}) =>
      gateOn(
        memoryStore(),
        `version: 1\nname: ops\nboundary: { internal: [] }\ntools: { scale_service: { effect: read }, "log_*": { effect: read } }\n${rest}`,
        options,
      );
    guardTools(await ops(""), { scale_servce: run, scale_service: run, log_in: run }, { session: SESSION });
    guardTools(await ops("defaults: { unclassified: allow }\n"), { reboot: run }, { session: SESSION });
    // it is enforced, so a strict gate takes it
    guardTools(await ops("", { strict: true }), { reboot: run }, { session: SESSION });
    expect(warn.mock.calls).toEqual([
      [
        "sallyport: `scale_servce` is in no key of policy `ops`'s catalog: every call of it is denied unless a rule allows it, did you mean `scale_service`?",
      ],
      ["sallyport: `reboot` is in no key of policy `ops`'s catalog: its calls are unclassified"],
      ["sallyport: `reboot` is in no key of policy `ops`'s catalog: every call of it is denied unless a rule allows it"],
    ]);
    warn.mockRestore();
  });

  it("guards where the policy cannot be had: every call is then denied", async () => {
    const policies = [gate.policy()];
    const shaky = await createGate({ store: memoryStore(), policy: () => policies.shift() ?? fail() });
    const fail = (): never => {
      throw new Error("no file");
    };
    const model = scripted([call("look", { id: 1 })], [text("bye")]);
    const guarded = guardTools(shaky, { look: open.look }, { session: SESSION });
    await generateText({ model, prompt: "x", ...guarded, stopWhen: isStepCount(2) });
    expect(outputsSeenBy(model)).toMatchObject([{ type: "execution-denied", reason: expect.stringContaining("error:policy") }]);
  });

  it("warns once a gate where nobody listens", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    for (const _ of [1, 2]) guardTools(gate, open, { session: SESSION });
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining("`confirm` has nothing that runs here")],
      [expect.stringContaining("`confirm` is in no key")],
      [expect.stringContaining("`search` runs at the model's provider")],
      [expect.stringContaining("`search` is in no key")],
    ]);
    warn.mockRestore();
  });

  it("is refused under strict", async () => {
    const strict = await gateOn(memoryStore(), undefined, { strict: true });
    const refused = () => guardTools(strict, open, { session: SESSION });
    expect(refused).toThrow(SallyportError);
    expect(refused).toThrow(expect.objectContaining({ code: "not-enforceable" }));
    const found: string[] = [];
    const { tools, toolApproval } = guardTools(strict, { look: open.look }, { session: SESSION });
    const model = scripted([call("extra", { id: 1 })], [text("bye")]);
    await generateText({
      model,
      prompt: "x",
      tools: { ...tools, extra: tool({ inputSchema: look, execute: async () => found.push("ran") }) },
      toolApproval,
      stopWhen: isStepCount(2),
    });
    expect(found).toEqual([]);
    expect(outputsSeenBy(model)).toEqual([{ type: "execution-denied", reason: expect.stringContaining("`extra` is not guarded") }]);
  });

  it("judges client-side tools all the same", async () => {
    const model = scripted([call("confirm", { id: 1 })], [text("bye")]);
    await generateText({
      model,
      prompt: "x",
      ...guardTools(gate, open, { session: SESSION, onCoverage: () => {} }),
      stopWhen: isStepCount(2),
    });
    expect(outputsSeenBy(model)).toEqual([{ type: "execution-denied", reason: expect.stringContaining("default:unclassified") }]);
  });

  it("does not let a tool be guarded twice: it would wait for itself", () => {
    const { tools } = guardTools(gate, { look: open.look }, { session: SESSION });
    expect(() => guardTools(gate, tools, { session: SESSION })).toThrow("`look` is guarded already");
  });
});
