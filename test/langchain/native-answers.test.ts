import { policyMiddleware } from "@sallyport/langchain";
import { Command, MemorySaver } from "@langchain/langgraph";
import { memoryStore, type Gate } from "@sallyport/core";
import { AIMessage, createAgent, fakeModel } from "langchain";
import { beforeEach, describe, expect, it } from "vitest";
import {
  approve,
  call,
  emptyWorld,
  gateOn,
  LEAD,
  onlyPending,
  POLICY,
  recordsOf,
  resultsIn,
  sorted,
  SESSION,
  toolsOf,
  type World,
} from "./kit.ts";

const config = { configurable: { thread_id: "t" } };
const asked = { messages: [{ role: "user", content: "go" }] };
const PAID = ["c1", "success", '{"receipt":1}'];
const yes = { type: "approve" };

let gate: Gate;
let world: World;
beforeEach(async () => {
  gate = await gateOn();
  world = emptyWorld();
});

/** An agent that wants some payments; `user` in the config is who resumes, as the app authenticated them. */
async function paused(
  calls: readonly ReturnType<typeof call>[],
  { approver = true, version = "v2" }: { approver?: boolean; version?: "v1" | "v2" } = {},
) {
  const model = fakeModel().respondWithTools([...calls]);
  for (let n = 0; n < 9; n++) model.respond(new AIMessage("done"));
  const people: Readonly<Record<string, { id: string; roles?: string[] }>> = {
    lea: LEAD,
    tom: { id: "tom", roles: ["lead"] },
    kim: { id: "kim" },
  };
  const middleware = policyMiddleware(gate, {
    session: SESSION,
    onFault: () => {},
    ...(approver ? { approver: ({ configurable }) => people[String(configurable["user"])] } : {}),
  });
  const agent = createAgent({ model, tools: Object.values(toolsOf(world)), middleware, checkpointer: new MemorySaver(), version });
  const first = await agent.invoke(asked, config);
  return {
    agent,
    request: first.__interrupt__?.[0]?.value,
    /** with a bare value, as most pages do */
    resume: async (value: unknown, user = "lea") =>
      agent.invoke(new Command({ resume: value }), { configurable: { thread_id: "t", user } }),
    /** by the id of the pause */
    answer: async (value: unknown, user = "lea") => {
      const { tasks } = await agent.graph.getState(config);
      const id = tasks.flatMap(({ interrupts }) => interrupts)[0]?.id ?? "";
      return agent.invoke(new Command({ resume: { [id]: value } }), { configurable: { thread_id: "t", user } });
    },
  };
}

describe.each(["v1", "v2"] as const)("version %s: answers of an approver whom the app knows", (version) => {
  it("count one by one: a mixed batch runs what was approved, edited as it was, and nothing else", async () => {
    const { answer, request } = await paused(
      [
        call("pay", { amount: 500 }, "c1"),
        call("pay", { amount: 600 }, "c2"),
        call("look", { id: 1 }, "c3"),
        call("pay", { amount: 700 }, "c4"),
      ],
      { version },
    );
    expect(request).toMatchObject({ reviewConfigs: [{ actionName: "pay", allowedDecisions: ["approve", "edit", "reject"] }, {}, {}] });
    const done = await answer({
      decisions: [
        yes,
        { type: "edit", editedAction: { name: "pay", args: { to: "carl", amount: 600 } } },
        { type: "reject", message: "not this one" },
      ],
    });
    expect(resultsIn(done.messages)).toEqual([
      ["c1", "success", expect.stringContaining("receipt")],
      ["c2", "success", expect.stringContaining("receipt")],
      ["c3", "success", expect.stringContaining("Bob")],
      ["c4", "error", expect.stringContaining("not this one")],
    ]);
    expect(world.paid.toSorted((a, b) => a.amount - b.amount)).toEqual([
      { to: "bob", amount: 500 },
      { to: "carl", amount: 600 },
    ]);
  });

  it("tell the model of rejected calls also where nothing is left to run", async () => {
    const { resume } = await paused([call("pay", { amount: 500 })], { version });
    const done = await resume({ decisions: [{ type: "reject", message: "no" }] });
    expect(done.messages.at(-1)?.content).toBe("done");
    expect(resultsIn(done.messages)).toEqual([["c1", "error", expect.stringContaining("no")]]);
    expect(await gate.approvals.list()).toMatchObject([{ status: "denied", refusal: "no" }]);
  });
});

describe("an answer", () => {
  it("of somebody who may not answer pauses again, and is not taken over by whoever answers next", async () => {
    const { resume } = await paused([call("pay", { amount: 500 })]);
    const again = await resume({ decisions: [yes] }, "kim");
    expect(again.__interrupt__).toHaveLength(1);
    const done = await resume({ decisions: [{ type: "reject", message: "no" }] }, "lea");
    expect(world.paid).toEqual([]);
    expect(resultsIn(done.messages)).toEqual([["c1", "error", expect.stringContaining("no")]]);
  });

  it("may edit only what the rule lets, and never the tool", async () => {
    const { answer } = await paused([call("pay", { amount: 500 })]);
    const outside = await answer({ decisions: [{ type: "edit", editedAction: { name: "pay", args: { to: "bob", amount: 1e6 } } }] });
    expect(outside.__interrupt__).toMatchObject([{ value: { sallyport: [{ ignored: expect.stringContaining("amount") }] } }]);
    const renamed = await answer({ decisions: [{ type: "edit", editedAction: { name: "nuke", args: {} } }] });
    expect(resultsIn(renamed.messages)).toEqual([["c1", "error", expect.stringContaining("is no verdict: expected { decisions: [one] }")]]);
    expect(world).toMatchObject({ paid: [], nuked: 0 });
  });

  it("to args that somebody edited since counts for nothing, unless the page says that it showed them", async () => {
    gate = await gateOn(memoryStore(), POLICY.replace("expires: 1h", "expires: 1h, quorum: 2"));
    const { agent, resume } = await paused([call("pay", { amount: 500 })]);
    await gate.approvals.resolve((await onlyPending(gate)).id, { decision: "approve", approver: LEAD, args: { to: "carl", amount: 500 } });
    const again = await resume({ decisions: [yes] }, "tom");
    expect(again.__interrupt__).toMatchObject([{ value: { actionRequests: [{ args: { to: "carl" } }] } }]);
    expect(world.paid).toEqual([]);
    const { sallyport } = Object(again.__interrupt__?.[0]?.value);
    const done = await resume({ decisions: [yes], sallyport }, "tom");
    expect(world.paid).toEqual([{ to: "carl", amount: 500 }]);
    expect(resultsIn(done.messages)).toEqual([PAID]);
    void agent;
  });

  it("needs a quorum where the rule does: one yes pauses again, the second one runs it", async () => {
    gate = await gateOn(memoryStore(), POLICY.replace("expires: 1h", "expires: 1h, quorum: 2"));
    const { answer } = await paused([call("pay", { amount: 500 })]);
    expect((await answer({ decisions: [yes] }, "lea")).__interrupt__).toHaveLength(1);
    expect((await answer({ decisions: [yes] }, "lea")).__interrupt__).toHaveLength(1);
    expect(resultsIn((await answer({ decisions: [yes] }, "tom")).messages)).toEqual([PAID]);
  });

  it("that is a bare yes counts for nothing, since it goes to whatever waits by then", async () => {
    const { resume, answer } = await paused([call("pay", { amount: 500 })]);
    const bare = await resume({ decisions: [yes] }, "lea");
    expect(bare.__interrupt__).toMatchObject([{ value: { sallyport: [{ ignored: expect.stringContaining("by the id of the pause") }] } }]);
    expect(resultsIn((await answer({ decisions: [yes] }, "lea")).messages)).toEqual([PAID]);
  });

  it("is new only by the id of the pause where the same was said before: LangGraph itself cannot tell them apart", async () => {
    const { resume, answer } = await paused([call("pay", { amount: 500 })]);
    const kims = await answer({ decisions: [yes] }, "kim");
    expect(kims.__interrupt__).toMatchObject([{ value: { sallyport: [{ ignored: "`by` does not let `kim` answer" }] } }]);
    const again = await resume({ decisions: [yes] }, "lea");
    expect(again.__interrupt__).toMatchObject([{ value: { sallyport: [{ ignored: expect.stringContaining("by the id of the pause") }] } }]);
    expect(resultsIn((await answer({ decisions: [yes] }, "lea")).messages)).toEqual([PAID]);
  });

  it.each([
    ["a text", "yes"],
    ["no decisions", {}],
    ["too few", { decisions: [] }],
    ["too many", { decisions: [yes, yes] }],
    ["of no type", { decisions: [{}] }],
    ["of an unknown type", { decisions: [{ type: "allow" }] }],
    ["an edit of nothing", { decisions: [{ type: "edit" }] }],
    ["about another approval", { decisions: [yes], sallyport: [{ approval: "ap_forged", digest: "x" }] }],
  ])("that is none denies, and says what was expected: %s", async (_name, value) => {
    const { resume } = await paused([call("pay", { amount: 500 })]);
    const done = await resume(value);
    expect(resultsIn(done.messages)).toEqual([["c1", "error", expect.stringContaining("expected { decisions: [one] }")]]);
    expect(done.messages.at(-1)?.content).toBe("done");
    expect(world.paid).toEqual([]);
    expect((await onlyPending(gate)).status).toBe("pending");
  });

  it.each(["v1", "v2"] as const)(
    "without an approver only wakes the agent: a yes pauses again, a no keeps it from running this time (%s)",
    async (version) => {
      const store = memoryStore();
      gate = await gateOn(store);
      const { resume } = await paused([call("pay", { amount: 500 }, "c1"), call("pay", { amount: 600 }, "c2")], {
        approver: false,
        version,
      });
      const again = await resume({ decisions: [yes, { type: "reject", message: "not now" }] });
      expect(again.__interrupt__).toMatchObject([{ value: { sallyport: [{ call: "c1", ignored: expect.stringContaining("approver") }] } }]);
      for (const { id } of await gate.approvals.list({ status: "pending" }))
        await gate.approvals.resolve(id, { decision: "approve", approver: LEAD });
      const done = await resume({ decisions: [yes] });
      expect(sorted(resultsIn(done.messages))).toEqual([
        PAID,
        ["c2", "error", "not run: a human declined it: not now; do not retry this call"],
      ]);
      expect(world.paid).toEqual([{ to: "bob", amount: 500 }]);
      expect((await recordsOf(store)).filter((record) => record.startsWith("call.refused"))).toEqual(["call.refused c1"]);
    },
  );

  it("that the app cannot say whose it is denies, and tells the model no more than that", async () => {
    const model = fakeModel()
      .respondWithTools([call("pay", { amount: 500 })])
      .respond(new AIMessage("done"));
    const faults: unknown[] = [];
    const middleware = policyMiddleware(gate, {
      session: SESSION,
      onFault: (error) => faults.push(error),
      approver: () => {
        throw new Error("ldap password hunter2");
      },
    });
    const agent = createAgent({ model, tools: Object.values(toolsOf(world)), middleware, checkpointer: new MemorySaver() });
    await agent.invoke(asked, config);
    const done = await agent.invoke(new Command({ resume: { decisions: [yes] } }), config);
    expect(resultsIn(done.messages)).toEqual([["c1", "error", "not run: the gate could not decide (fault); do not retry this call"]]);
    expect(faults).toHaveLength(1);
    expect(world.paid).toEqual([]);
  });

  it("is not needed where the verdict came in otherwise: `true` wakes", async () => {
    const { resume } = await paused([call("pay", { amount: 500 })]);
    expect((await resume(true)).__interrupt__).toHaveLength(1);
    await approve(gate);
    expect(resultsIn((await resume(true)).messages)).toEqual([PAID]);
  });
});

describe("an answer that was given before", () => {
  it.each([
    ["bare", "null"],
    ["bare", "by id"],
    ["bare", "wake"],
    ["by id", "null"],
    ["by id", "by id"],
    ["by id", "wake"],
  ])("is not whoever's the next run is: given %s, run %s", async (given, how) => {
    const { agent, resume, answer } = await paused([call("pay", { amount: 500 })]);
    const again = await (given === "bare" ? resume : answer)({ decisions: [yes] }, "kim");
    const lea = { configurable: { thread_id: "t", user: "lea" } };
    const id = again.__interrupt__?.[0]?.id ?? "";
    const resumed: unknown = how === "wake" ? true : { [id]: true };
    const after = await agent.graph.invoke(how === "null" ? null : new Command({ resume: resumed }), lea);
    expect(Reflect.get(after, "__interrupt__")).toHaveLength(1);
    expect(world.paid).toEqual([]);
    expect(await onlyPending(gate)).toMatchObject({ status: "pending", asked: [{ approvers: [] }] });
  });
});
