import { Agent, MemorySession, RunContext, RunState, tool, webSearchTool } from "@openai/agents";
import { prepareFunctionToolInput, setFunctionToolPreparedInput } from "@openai/agents-core/utils/internal";
import { expect, it } from "vitest";
import { z } from "zod";
import { call, runner, Scripted, text } from "./kit.ts";

// What the adapter relies on and the SDK does not document. Where one of these fails after an update of the SDK, nothing runs
// that should not, but pauses, records or sessions may be wrong: each message says what to look at.

const WHAT_TO_DO = {
  parser:
    "a tool's parser is no longer found by its `invoke`: see `parseText` in to-call.ts; without it args are judged as the model wrote them",
  prepared:
    "`setFunctionToolPreparedInput` no longer gives a tool its parsed args: see `GatedRun` in gated-run.ts; a tool may then parse them once more",
  callback: "the callback for parsed args is no longer called before a tool runs: see `checkParsed` in gated-run.ts",
  failed: "the SDK's text for what a tool threw is another one: see `FAILED` in gated-run.ts; such calls are then recorded as completed",
  carried: "`providerData` of a tool no longer reaches the model as it is: see carrier.ts; guarded models then refuse every request",
  context:
    "`isToolApproved`, `_resolveToolInvocationApproval` or `_createFork` of a run's context is gone: see native-yes.ts; a native yes without a verdict then refuses the call this once",
  asked: "the SDK no longer asks the run's context before it runs a call: see native-yes.ts",
  clone: "`clone` no longer makes an agent with lists of its own, or those are no longer read anew: see guarded-agent.ts",
  inner:
    "a state is no longer read back by the agents in `tools`: see `madeBy` in agent-tool.ts; inner runs that wait cannot be resumed then",
  mcp: "`getAllTools` no longer takes the tools of MCP servers from `getMcpTools`, or that no longer reads `mcpServers`: see mcp-tools.ts; calls that wait are then bound to no server",
  stamp: "`providerData` of a call is no longer stored: see stamp.ts; interruptions then do not name our approval",
};

it("a tool is parsed without being run, runs with args that were parsed, and says so before", async () => {
  const got: unknown[] = [];
  const pay = tool({
    name: "pay",
    description: "",
    parameters: z.object({ amount: z.coerce.number() }),
    execute: async (args) => {
      got.push(args);
      if (got.length === 2) throw new Error("broken");
      return "paid";
    },
  });
  const prepared = prepareFunctionToolInput(pay, '{"amount":"7"}');
  expect([prepared?.result, got], WHAT_TO_DO.parser).toEqual([{ success: true, value: { amount: 7 } }, []]);
  expect(prepareFunctionToolInput(pay, '{"amount":{}}')?.result.success, WHAT_TO_DO.parser).toBe(false);
  if (prepared === undefined) throw new Error("not reached");
  const details = {};
  setFunctionToolPreparedInput(details, { ...prepared, consumed: false, result: { success: true, value: { amount: 8 } } });
  await pay.invoke(new RunContext(), '{"amount":"7"}', details);
  expect(got, WHAT_TO_DO.prepared).toEqual([{ amount: 8 }]);
  expect(await pay.invoke(new RunContext(), '{"amount":"7"}'), WHAT_TO_DO.failed).toBe(
    "An error occurred while running the tool. Please try again.",
  );
});

it("details, context, model and state are what the adapter takes them for", async () => {
  const seen: string[] = [];
  const pay = tool({ name: "pay", description: "", parameters: z.object({}), needsApproval: true, execute: async () => "paid" });
  const spying = Object.assign({}, pay, {
    invoke: async (_context: unknown, _input: string, details: object) => {
      seen.push(...Object.getOwnPropertySymbols(details).map(({ description }) => description ?? ""));
      return "paid";
    },
  });
  const providerData = {};
  const model = new Scripted([{ ...call("pay", {}), providerData: { mark: 1 } }], [text("bye")]);
  const made = new Agent({ name: "desk", model }).clone({ tools: [], handoffs: [] });
  made.tools = [spying, { ...webSearchTool(), providerData }];
  const { state } = await runner.run(made, "go", { session: new MemorySession() });
  const carried = model.requests[0]?.tools.map((one) => (one.type === "hosted_tool" ? one.providerData : undefined));
  expect(carried?.[1] === providerData, WHAT_TO_DO.carried).toBe(true);
  expect(model.offered(), WHAT_TO_DO.clone).toEqual(["pay", "hosted_tool"]);
  const loaded = await RunState.fromString(made, state.toString());
  const [item] = loaded.getInterruptions();
  expect(item?.rawItem.providerData, WHAT_TO_DO.stamp).toEqual({ mark: 1 });
  const context: unknown = Reflect.get(loaded, "_context");
  for (const name of ["isToolApproved", "_resolveToolInvocationApproval", "_createFork"])
    expect(typeof Reflect.get(Object(context), name), WHAT_TO_DO.context).toBe("function");
  const isApproved = Reflect.get(Object(context), "isToolApproved");
  const asked: unknown[] = [];
  Object.assign(Object(context), {
    isToolApproved: (about: unknown) => {
      asked.push(about);
      return Reflect.apply(isApproved, context, [about]);
    },
  });
  if (item === undefined) throw new Error("not reached");
  loaded.approve(item);
  await runner.run(made, loaded);
  expect(asked, WHAT_TO_DO.asked).toContainEqual(expect.objectContaining({ callId: "c1", agent: made }));
  expect(seen, WHAT_TO_DO.callback).toContain("openai.agents.functionToolParsedInputCallback");
});

it("an inner run that waits is found again by the tool in the outer agent's list", async () => {
  const pay = tool({ name: "pay", description: "", parameters: z.object({}), needsApproval: true, execute: async () => "paid" });
  const inner = new Agent({ name: "inner", model: new Scripted([call("pay", {}, "i1")], [text("done")]), tools: [pay] });
  const model = new Scripted([call("ask", { input: "x" })], [text("bye")]);
  const outer = new Agent({ name: "outer", model, tools: [inner.asTool({ toolName: "ask", toolDescription: "" })] });
  const { state } = await runner.run(outer, "go");
  const loaded = await RunState.fromString(outer, state.toString());
  expect(
    loaded.getInterruptions().map(({ agent }) => agent === inner),
    WHAT_TO_DO.inner,
  ).toEqual([true]);
  for (const item of loaded.getInterruptions()) loaded.approve(item);
  expect((await runner.run(outer, loaded)).finalOutput, WHAT_TO_DO.inner).toBe("bye");
});

it("the tools of MCP servers come through `getMcpTools`, which reads `mcpServers`", async () => {
  const asked: string[] = [];
  const server = (name: string) =>
    Object({ name, cacheToolsList: false, listTools: async () => [asked.push(name)].slice(1), invalidateToolsCache: async () => {} });
  const desk = new Agent({ name: "desk", mcpServers: [server("one")] });
  const alone: Agent = Object.create(desk, { mcpServers: { value: [server("two")] } });
  await alone.getMcpTools(new RunContext());
  expect(asked, WHAT_TO_DO.mcp).toEqual(["two"]);
  desk.getMcpTools = async () => [];
  await desk.getAllTools(new RunContext());
  expect(asked, WHAT_TO_DO.mcp).toEqual(["two"]);
  expect(await Reflect.apply(Reflect.get(desk, "getMcpToolReservedNames"), desk, [new RunContext()]), WHAT_TO_DO.mcp).toEqual(new Set());
});
