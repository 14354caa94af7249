import { Agent, handoff, RunContext, RunState, shellTool, tool, toolNamespace } from "@openai/agents";
import { applyVerdicts, coverage } from "@sallyport/openai/agents";
import { expect, it } from "vitest";
import { z } from "zod";
import { bank, call, open, POLICY, runner, Scripted, SESSION, text, type Item } from "./kit.ts";

const KEY = "sk_live_4eC39HqLyjWDarjtT1zdp7dc";
const BYE = [text("bye")];

/** The kit's policy with a tool more, and a rule on it. */
function policyOn(name: string, decide: string): string {
  return POLICY.replace("tools:", `tools:\n  ${name}: { effect: side_effect, destination: none }`).replace(
    "rules:",
    `rules:\n  - { id: on-${name}, tools: [${name}], decide: ${decide} }`,
  );
}

it.each([
  ["deny", [], "denied by policy"],
  ["allow", [["ls"]], "bye"],
])("a shell is hidden, and its calls are answered, where the policy denies it (%s)", async (decide, runs, says) => {
  const opened = await open({ policy: policyOn("shell", decide) });
  const ran: unknown[] = [];
  const shell = shellTool({
    shell: {
      run: async ({ commands }) => {
        ran.push(commands);
        return { output: [] };
      },
    },
  });
  const asked: Item = { type: "shell_call", callId: "s1", status: "in_progress", action: { commands: ["ls"] } };
  const model = new Scripted([asked], BYE);
  const result = await runner.run(opened.guard(new Agent({ name: "desk", model, tools: [shell] })), "go");
  expect([ran, result.finalOutput]).toEqual([runs, expect.stringContaining(says)]);
  expect([model.offered(), (await opened.records()).some((record) => record.includes("s1 deny"))]).toEqual(
    decide === "deny" ? [[], true] : [["shell"], false],
  );
});

it("a handoff that takes args of the model's is reported, and so is one that the policy names", async () => {
  const billing = new Agent({ name: "billing", model: new Scripted(BYE) });
  const takesArgs = handoff(billing, { inputType: z.object({ amount: z.number() }), onHandoff: async () => {} });
  const gap = { tool: "transfer_to_billing", gap: "unguarded" };
  const opened = await open();
  const desk = new Agent({ name: "desk", model: new Scripted(BYE), handoffs: [takesArgs] });
  opened.guard(desk);
  expect([opened.gaps, coverage(desk)]).toEqual([[gap], [gap]]);
  const named = await open({ policy: policyOn("transfer_to_billing", "deny") });
  named.guard(new Agent({ name: "desk", model: new Scripted(BYE), handoffs: [handoff(billing)] }));
  const plain = await open();
  plain.guard(new Agent({ name: "desk", model: new Scripted(BYE), handoffs: [handoff(billing), billing] }));
  expect([named.gaps, plain.gaps]).toEqual([[gap], []]);
});

it("an agent that ends with what a tool returned is reported where there are rules on output", async () => {
  const agent = () => new Agent({ name: "desk", model: new Scripted(BYE), tools: [bank().balance], toolUseBehavior: "stop_on_first_tool" });
  const opened = await open();
  opened.guard(agent());
  expect(opened.gaps).toEqual([{ tool: "desk.toolUseBehavior", gap: "ungoverned" }]);
  const free = await open({ policy: POLICY.replace(/.*no-keys.*\n/, "") });
  free.guard(agent());
  expect(free.gaps).toEqual([]);
});

it("a tool that asks people itself asks them also after a verdict on what the policy asks", async () => {
  const opened = await open();
  const done: number[] = [];
  const pay = tool({
    name: "pay",
    description: "pays",
    parameters: z.object({ amount: z.number() }),
    needsApproval: true,
    execute: async ({ amount }) => void done.push(amount),
  });
  const desk = opened.guard(new Agent({ name: "desk", model: new Scripted([call("pay", { amount: 500 })], BYE), tools: [pay] }));
  const { state } = await runner.run(desk, "go");
  await opened.approve();
  expect(await applyVerdicts(opened.gate, state)).toEqual([]);
  const again = await runner.run(desk, state);
  expect([again.interruptions.length, done]).toEqual([1, []]);
  await applyVerdicts(opened.gate, again.state);
  for (const item of again.interruptions) again.state.approve(item);
  expect([(await runner.run(desk, again.state)).finalOutput, done]).toEqual(["bye", [500]]);
});

it.each([[[1, 2, 3, 4]], [[1, 1, 1, 1]]])("an id that a provider uses again and again is a call each time: %j", async (amounts) => {
  const { guard } = await open();
  const { done, pay } = bank();
  const model = new Scripted(...amounts.map((amount) => [call("pay", { amount }, "c1")]), BYE);
  await runner.run(guard(new Agent({ name: "desk", model, tools: [pay] })), "go");
  expect(done).toEqual(amounts.map((amount) => `pay ${amount}`));
});

it("tools of one name in two namespaces are told apart", async () => {
  const { guard, gate } = await open();
  const done: string[] = [];
  const [home, abroad] = ["home", "abroad"].map((name) => {
    const pay = tool({
      name: "pay",
      description: `pays ${name}`,
      parameters: z.object({ amount: z.number(), [name]: z.string() }),
      execute: async () => void done.push(name),
    });
    return toolNamespace({ name, description: name, tools: [pay] });
  });
  const model = new Scripted(
    [Object.assign(call("pay", { amount: 1, home: "x" }), { namespace: "home" })],
    [Object.assign(call("pay", { amount: 500, abroad: "x" }, "c2"), { namespace: "abroad" })],
    BYE,
  );
  const { interruptions } = await runner.run(guard(new Agent({ name: "desk", model, tools: [...(home ?? []), ...(abroad ?? [])] })), "go");
  const [pending] = await gate.approvals.list({ status: "pending" });
  expect([done, interruptions.length, pending?.call.args]).toEqual([["home"], 1, { amount: 500, abroad: "x" }]);
});

it("a streamed answer whose reader leaves is closed, and what was said is on record", async () => {
  const { guard, records } = await open({ policy: POLICY.replace(/.*no-keys.*\n/, "") });
  const model = new Scripted([text("one two three")]);
  let isClosed = false;
  const stream = model.getStreamedResponse.bind(model);
  model.getStreamedResponse = async function* (request) {
    try {
      yield* stream(request);
    } finally {
      isClosed = true;
    }
  };
  const desk = guard(new Agent({ name: "desk", model }));
  const { model: governed } = desk;
  if (typeof governed === "string") throw new Error("not reached");
  const request = Object({ input: "go", tools: await desk.getAllTools(Object({ context: {} })), handoffs: [], modelSettings: {} });
  for await (const event of governed.getStreamedResponse(request)) if (event.type === "output_text_delta") break;
  expect([isClosed, (await records()).filter((record) => record.startsWith("output"))]).toEqual([true, [expect.any(String)]]);
});

it.each([["[1]"], ["x"], ['{"amount":1,"amount":500}']])(
  "args that are none are refused, and a run with them comes to its end, also where the Runner finds the model: %s",
  async (args) => {
    const { guard } = await open();
    const { done, pay } = bank();
    const model = new Scripted([call("pay", args)], BYE);
    const { Runner } = await import("@openai/agents");
    const own = new Runner({ tracingDisabled: true, modelProvider: { getModel: () => model } });
    const desk = guard(new Agent({ name: "desk", model: "gpt-5", tools: [pay] }));
    const first = await own.run(desk, "go");
    const state = await RunState.fromString(desk, first.state.toString());
    for (const item of state.getInterruptions()) state.approve(item);
    const last = first.interruptions.length === 0 ? first : await own.run(desk, state);
    expect([last.interruptions, last.finalOutput, done]).toEqual([[], "bye", []]);
  },
);

it("args that are no text at all are refused, and a model that could not be had is asked for again", async () => {
  const { guard } = await open();
  const { done, pay } = bank();
  for (const args of [{ amount: 5 }, undefined]) {
    const model = new Scripted([Object.assign(call("pay", {}), { arguments: args })], BYE);
    expect((await runner.run(guard(new Agent({ name: "desk", model, tools: [pay] })), "go")).finalOutput).toBe("bye");
  }
  let tries = 0;
  const getModel = async () => {
    tries += 1;
    if (tries === 1) throw new Error("not yet");
    return new Scripted([text(`it is ${KEY}`)]);
  };
  const desk = guard(new Agent({ name: "desk", model: "gpt-5", tools: [pay] }), { modelProvider: { getModel } });
  await expect(runner.run(desk, "go")).rejects.toThrow();
  expect([(await runner.run(desk, "go")).finalOutput, done]).toEqual([expect.not.stringContaining(KEY), []]);
});

it("an agent that takes over the tools of another guarded one answers in a session of its own", async () => {
  const { guard } = await open();
  const asked: string[] = [];
  const from = (id: string) => ({
    session: () => {
      asked.push(id);
      return { ...SESSION, id };
    },
  });
  const other = guard(new Agent({ name: "other", model: new Scripted(BYE), tools: [bank().balance] }), from("other"));
  const tools = await other.getAllTools(new RunContext({}));
  const desk = guard(new Agent({ name: "desk", model: new Scripted([call("balance", {})], BYE), tools }), from("desk"));
  await runner.run(desk, "go");
  expect(new Set(asked)).toEqual(new Set(["desk"]));
});
