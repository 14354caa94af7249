import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { MockMemory } from "@mastra/core/memory";
import { createTool, Tool } from "@mastra/core/tools";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { answerRequest, approvalIdIn, guardTool, guardTools } from "@sallyport/mastra";
import type { Gate, SessionInit } from "@sallyport/core";
import { jsonSchema, tool } from "ai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  agentOn,
  call,
  deskIn,
  emptyWorld,
  gateOn,
  guarded,
  LEAD,
  modelOf,
  onlyPending,
  recordsOf,
  requestOf,
  runOf,
  scripted,
  SESSION,
  sessionOf,
  shownTo,
  text,
  toolsOf,
  type Desk,
  type World,
} from "./kit.ts";

let desk: Desk;
let gate: Gate;
let world: World;
beforeEach(async () => {
  desk = deskIn();
  gate = await gateOn(desk.store);
  world = emptyWorld();
});
afterEach(async () => desk.close());

const quiet = { session: SESSION, onCoverage: () => {}, onFault: () => {} };
const denied = { denied: true, reason: expect.stringContaining("denied by policy") };

describe("where Mastra runs tools, the guard holds", () => {
  it.each(["generate", "stream"] as const)(
    "in toolsets, in tools from a function, and in tools that a processor adds (%s)",
    async (kind) => {
      const { nuke, ...rest } = guarded(gate, world);
      const model = scripted([call("nuke", {})], [text("bye")]);
      await runOf(agentOn(desk.storage, gate, model, { bare: true, tools: rest }), kind, { toolsets: { extra: { nuke } } });
      expect(shownTo(model)).toMatchObject([{ value: denied }]);

      const dynamic = scripted([call("nuke", {})], [text("bye")]);
      const agent = new Agent({ id: "a", name: "a", instructions: "x", model: modelOf(dynamic), tools: () => ({ nuke }) });
      await runOf(new Mastra({ agents: { agent }, logger: false }).getAgent("agent"), kind);
      expect(shownTo(dynamic)).toMatchObject([{ value: denied }]);

      const added = scripted([call("nuke", {})], [text("bye")]);
      const adder = { id: "adder", processInputStep: () => ({ tools: { nuke } }) };
      const other = new Agent({ id: "b", name: "b", instructions: "x", model: modelOf(added), inputProcessors: [adder] });
      await runOf(new Mastra({ agents: { other }, logger: false }).getAgent("other"), kind);
      expect(shownTo(added)).toMatchObject([{ value: denied }]);
      expect(world.nuked).toBe(0);
    },
  );

  it("while the model is still streaming, where calls are started early", async () => {
    const model = scripted([call("nuke", {}, "c1"), call("pay", { amount: 500 }, "c2"), call("look", { id: 1 }, "c3")], [text("bye")]);
    const agent = agentOn(desk.storage, gate, model, { bare: true, tools: guarded(gate, world) });
    const run = await runOf(agent, "stream", { eagerToolExecution: true });
    expect([run.finishReason, world.nuked, world.paid]).toEqual(["suspended", 0, []]);
    const { id } = await onlyPending(gate);
    await gate.approvals.resolve(id, { decision: "approve", approver: LEAD });
    await agent.approveToolCallGenerate({ runId: run.runId, toolCallId: "c2" });
    expect(world.paid).toHaveLength(1);
  });

  it("in a tool of the AI SDK, which still gets what Mastra hands such tools", async () => {
    const seen: object[] = [];
    const plain = {
      look: tool({
        description: "looks",
        inputSchema: z.object({ id: z.coerce.number() }),
        execute: async (input, options) => {
          seen.push(input, options);
          return { id: input.id, name: "Bob", ssn: "1" };
        },
      }),
      pay: {
        description: "pays",
        parameters: jsonSchema({ type: "object", properties: { amount: { type: "number" } } }),
        execute: async () => world.paid.push({ to: "x", amount: 1 }),
      },
    };
    const model = scripted([call("look", { id: "7" }, "c1"), call("pay", { amount: 500 }, "c2")], [text("bye")]);
    const agent = agentOn(desk.storage, gate, model, { bare: true, tools: guardTools(gate, Object(plain), quiet) });
    const run = await runOf(agent, "generate");
    expect([run.finishReason, world.paid]).toEqual(["suspended", []]);
    expect(seen[0]).toEqual({ id: 7 });
    expect(seen[1]).toMatchObject({ toolCallId: "c1", messages: [{ role: "user" }], idempotencyKey: expect.any(String) });
    await gate.approvals.resolve((await onlyPending(gate)).id, { decision: "approve", approver: LEAD });
    await agent.approveToolCallGenerate({ runId: run.runId, toolCallId: "c2" });
    expect(world.paid).toHaveLength(1);
    expect(shownTo(model)[0]).toMatchObject({ value: { id: 7, name: "Bob" } });
  });

  it("called by code, which cannot wait: each time is a call of its own", async () => {
    const { pay } = guarded(gate, world);
    const run = async (amount: number): Promise<unknown> => pay.execute?.({ to: "x", amount }, Object({}));
    expect(await run(5)).toEqual({ receipt: 1 });
    expect(await run(5)).toEqual({ receipt: 2 });
    expect(await run(500)).toMatchObject({ denied: true, reason: expect.stringContaining("it cannot wait here") });
  });
});

it("a network cannot wait: what needs a human is denied, and says so", async () => {
  const route = { primitiveId: "pay", primitiveType: "tool", prompt: '{"amount":500}', selectionReason: "x" };
  const end = { isComplete: true, completionReason: "done", finalResult: "done" };
  const model = scripted([text(JSON.stringify({ ...route, isComplete: false }))], [text(JSON.stringify({ ...route, ...end }))]);
  const memory = new MockMemory();
  const agent = new Agent({ id: "a", name: "a", instructions: "x", model: modelOf(model), memory, tools: guarded(gate, world) });
  const native = new Mastra({ agents: { agent }, storage: desk.storage, logger: false }).getAgent("agent");
  const results: unknown[] = [];
  for await (const chunk of await native.network("go", { maxSteps: 1, memory: { thread: "t1", resource: "ann" } }))
    if (chunk.type === "tool-execution-end") results.push(Reflect.get(chunk.payload, "result"));
  expect(results).toMatchObject([{ denied: true, reason: expect.stringContaining("it cannot wait here") }]);
  expect(world.paid).toEqual([]);
});

it("a run that was aborted claims nothing more", async () => {
  const stop = new AbortController();
  const look = createTool({
    id: "look",
    description: "looks",
    inputSchema: z.object({ id: z.number() }),
    execute: async (_, { abortSignal }) => {
      stop.abort();
      return { id: 1, name: String(abortSignal?.aborted) };
    },
  });
  const { pay } = toolsOf(world);
  const model = scripted([call("look", { id: 1 }, "c1")], [call("pay", { amount: 1 }, "c2")], [text("bye")]);
  const tools = guardTools(gate, { look, pay }, quiet);
  await runOf(agentOn(desk.storage, gate, model, { tools }), "generate", { abortSignal: stop.signal }).catch(() => undefined);
  expect(world.paid).toEqual([]);
});

it("what a tool writes while it runs is inspected like its result", async () => {
  const look = createTool({
    id: "look",
    description: "looks",
    inputSchema: z.object({ id: z.number() }),
    execute: async ({ id }, { writer }) => {
      await writer?.write({ id, ssn: "123-45-6789" });
      await writer?.custom({ type: "data-found", data: { id, ssn: "123-45-6789" } });
      return { id };
    },
  });
  const model = scripted([call("look", { id: 1 })], [text("bye")]);
  const { chunks } = await runOf(agentOn(desk.storage, gate, model, { tools: guardTools(gate, { look }, quiet) }), "stream");
  expect(chunks).toContainEqual(
    expect.objectContaining({ type: "tool-output", payload: expect.objectContaining({ output: { id: 1 }, toolCallId: "c1" }) }),
  );
  expect(chunks).toContainEqual(expect.objectContaining({ type: "data-found", data: { id: 1 } }));
  expect(JSON.stringify(chunks)).not.toContain("123-45");
});

describe("a workflow", () => {
  const workflowOf = (session: SessionInit = SESSION) => {
    const pay = createTool({
      id: "pay",
      description: "pays",
      inputSchema: z.object({ amount: z.number() }),
      outputSchema: z.object({ receipt: z.number() }),
      execute: async ({ amount }) => ({ receipt: world.paid.push({ to: "x", amount }) }),
    });
    const step = createStep(guardTool(gate, pay, { ...quiet, session: () => session }));
    const workflow = createWorkflow({ id: "wf", inputSchema: z.object({ amount: z.number() }), outputSchema: z.any() })
      .then(step)
      .commit();
    return new Mastra({ workflows: { workflow }, storage: desk.storage, logger: false }).getWorkflow("workflow");
  };

  it("suspends with the approval's id, again where nobody answered, and goes on after the verdict", async () => {
    const run = await workflowOf().createRun();
    const paused = await run.start({ inputData: { amount: 500 } });
    expect(paused.status).toBe("suspended");
    const approval = await onlyPending(gate);
    expect(approvalIdIn(paused.steps["pay"]?.suspendPayload)).toBe(approval.id);

    const again = await workflowOf().createRun({ runId: run.runId });
    expect((await again.resume({ step: "pay", resumeData: { approved: true } })).status).toBe("suspended");
    await gate.approvals.resolve(approval.id, { decision: "approve", approver: LEAD });
    const done = await (await workflowOf().createRun({ runId: run.runId })).resume({ step: "pay", resumeData: {} });
    expect([done.status, world.paid]).toEqual(["success", [{ to: "x", amount: 500 }]]);
  });

  it("fails where its step is denied: a denial is no data to go on with", async () => {
    const run = await workflowOf({ ...SESSION, principal: { id: "" } }).createRun();
    const ended = await run.start({ inputData: { amount: 5 } });
    expect(ended).toMatchObject({ status: "failed", error: { message: expect.stringContaining("denied by policy") } });
  });
});

describe("a sub-agent", () => {
  it.each(["stream", "generate"] as const)("asks for its own call, which is what the human sees and what runs (%s)", async (how) => {
    const session = ({ agentId }: { readonly agentId?: string }): SessionInit =>
      agentId === "billing" ? { ...SESSION, id: "chat-1/billing", agent: { id: "billing" }, parent: "chat-1" } : SESSION;
    const inner = scripted([call("pay", { amount: "700" }, "in1")], [text("paid")]);
    const outer = scripted([call("agent-billing", { prompt: "pay" }, "out1")], [text("bye")]);
    const build = () => {
      const tools = guardTools(gate, toolsOf(world), { ...quiet, session });
      const billing = new Agent({ id: "billing", name: "billing", description: "pays", instructions: "x", model: modelOf(inner), tools });
      return agentOn(desk.storage, gate, outer, { agents: { billing }, except: ["agent-billing"] });
    };
    const run = await runOf(build(), how);
    expect(run.finishReason).toBe("suspended");
    const approval = await onlyPending(gate);
    expect(approval).toMatchObject({
      session: "chat-1/billing",
      agent: "billing",
      call: { tool: "pay", args: { to: "bob", amount: 700 } },
    });
    const [waiting] = (await build().listSuspendedRuns({})).runs.filter(({ runId }) => runId === run.runId);
    // a supervisor that was not streamed shows the sub-agent's request within its own
    const request = how === "stream" ? waiting?.toolCalls[0] : waiting?.toolCalls[0]?.suspendPayload;
    expect([approvalIdIn(request), Object(request).toolName]).toEqual([approval.id, "pay"]);

    await build().approveToolCallGenerate({ runId: run.runId, toolCallId: "out1" });
    expect(world.paid).toEqual([]);
    expect(
      await answerRequest(gate, request, { decision: "approve", approver: LEAD }, { session: session({ agentId: "billing" }) }),
    ).toMatchObject({ status: "approved" });
    await build().approveToolCallGenerate({ runId: run.runId, toolCallId: "out1" });
    expect(world.paid).toEqual([{ to: "bob", amount: 700 }]);
  });
});

describe("a guarded tool is the tool that it was", () => {
  it("keeps its class, its properties and what was attached to it", () => {
    const native = toolsOf(world).pay;
    native.needsApprovalFn = () => true;
    native.mcpMetadata = { serverName: "bank" };
    const { pay } = guardTools(gate, { pay: native }, quiet);
    expect(pay).toBeInstanceOf(Tool);
    expect(pay).not.toBe(native);
    const { execute: _a, providerOptions: _b, ...kept } = pay;
    const { execute: _c, providerOptions: _d, ...own } = native;
    expect(kept).toEqual(own);
    expect(JSON.stringify(pay.providerOptions)).toBe("{}");
  });

  it("is handed back where it has nothing to run, and cannot be guarded twice", () => {
    const client = createTool({ id: "look", description: "on the client", inputSchema: z.object({}) });
    expect(guardTools(gate, { look: client }, quiet).look).toBe(client);
    expect(() => guardTools(gate, guarded(gate, world), quiet)).toThrow("`pay` is guarded already");
  });

  it("gives the tool all that Mastra hands over, its signal and its idempotency key", async () => {
    const model = scripted([call("pay", { amount: 5 }, "c9")], [text("bye")]);
    await runOf(agentOn(desk.storage, gate, model, { tools: guarded(gate, world) }), "generate", { requestContext: requestOf("ann") });
    const [context] = world.contexts;
    expect(context).toMatchObject({
      agent: { agentId: "desk", toolCallId: "c9" },
      idempotencyKey: expect.any(String),
      abortSignal: expect.any(AbortSignal),
    });
    expect(Reflect.get(context ?? {}, "requestContext").get("user")).toBe("ann");
    expect((await recordsOf(desk.store)).length).toBeGreaterThan(0);
    expect(sessionOf({ requestContext: undefined })).toEqual(SESSION);
  });
});
