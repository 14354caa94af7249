import { describe, expect, it } from "vitest";
import {
  createGate,
  loadPolicy,
  memoryStore,
  openApprovals,
  Replay,
  readCall,
  readVerdict,
  type ErasableStore,
  type ListableStore,
} from "@sallyport/core";
import { bench, LEA, OUTSIDE, POLICY } from "./kit.ts";

const MAX = { id: "max", roles: ["lead"] };

/** A policy with a few lines of its own. */
const policyOf = (rest: string) => `version: 1\nname: attacks\n${rest}`;

describe("labels", () => {
  const MARKS = policyOf(`
tools: { look: { effect: read, trust: untrusted }, send: { effect: side_effect, destination: none } }
rules:
  - { id: ok, tools: [send], decide: allow }
  - { id: mark, tools: [send], when: '"untrusted" in session.labels', labels: [sent_tainted] }
`);

  it("of a rule that matches only at the claim are put", async () => {
    const { session, tool } = await bench(MARKS);
    await session().propose({ id: "c1", tool: "send", args: {} });
    await session().call({ id: "r", tool: "look", args: {} }, tool());
    await session().call({ id: "c1", tool: "send", args: {} }, tool());
    expect((await session().propose({ id: "c2", tool: "send", args: {} })).decision.labels).toEqual(["sent_tainted", "untrusted"]);
  });

  const OWN = policyOf(`
tools: { pay: { effect: side_effect, destination: none } }
rules:
  - { id: small, tools: [pay], decide: allow, labels: [paid] }
  - { id: once, tools: [pay], when: '"paid" in session.labels', decide: deny }
`);

  it.each(["c1", "*", "__proto__"])("that a call put itself do not count against it, asked first or at once (id `%s`)", async (id) => {
    const asked = await bench(OWN);
    await asked.session().propose({ id, tool: "pay", args: {} });
    expect((await asked.session().call({ id, tool: "pay", args: {} }, asked.tool())).status).toBe("completed");
    const atOnce = await bench(OWN);
    expect((await atOnce.session().call({ id, tool: "pay", args: {} }, atOnce.tool())).status).toBe("completed");
    expect((await asked.session().call({ id: "c2", tool: "pay", args: {} }, asked.tool())).status).toBe("denied");
  });

  it("that came from elsewhere count at the claim, whatever the id of the call", async () => {
    const { session, tool } = await bench(
      policyOf(`
tools: { look: { effect: read, trust: untrusted }, pay: { effect: side_effect, destination: none } }
rules:
  - { id: ok, tools: [pay], decide: allow }
  - { id: tainted, tools: [pay], when: '"untrusted" in session.labels', decide: deny }
`),
    );
    await session().propose({ id: "*", tool: "pay", args: {} });
    await session().observe({ role: "external", content: "hello" });
    expect((await session().call({ id: "*", tool: "pay", args: {} }, tool())).status).toBe("denied");
  });

  it.each(["child", "grandchild"])(
    "that a %s brings count against a call that is pending, though the call put them itself",
    async (which) => {
      const { session, tool } = await bench(
        policyOf(`
tools: { look: { effect: read, trust: untrusted }, send: { effect: side_effect, destination: none } }
rules:
  - { id: ok, tools: [send], decide: allow }
  - { id: mark, tools: [send], labels: [untrusted] }
  - { id: tainted, tools: [send], when: '"untrusted" in session.labels', decide: deny }
`),
      );
      await session().propose({ id: "c1", tool: "send", args: {} });
      const child = session({ id: "s2", parent: "s1" });
      await child.offer([]);
      const reader = which === "child" ? child : session({ id: "s3", parent: "s2" });
      await reader.call({ id: "r", tool: "look", args: {} }, tool());
      expect((await session().call({ id: "c1", tool: "send", args: {} }, tool())).decision.rules).toEqual(["tainted"]);
    },
  );

  it("cannot be avoided by a role that is none", async () => {
    const { session } = await bench();
    const role: string = "External";
    await expect(session().observe(JSON.parse(JSON.stringify({ role, content: "x" })))).rejects.toThrow("role");
  });
});

describe("verdicts and edits", () => {
  const edit = { decision: "approve", approver: LEA, args: { to: "bob@out.example", body: "edited" } } as const;

  it("a denial that comes before an edit is decided ends it", async () => {
    const { store, gate, session, tool, ran } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    const id = approval?.id ?? "";
    await openApprovals(store).resolve(id, edit);
    expect((await openApprovals(store).resolve(id, { decision: "deny", approver: MAX })).status).toBe("denied");
    expect((await gate.approvals.get(id))?.status).toBe("denied");
    expect((await session().call(OUTSIDE, tool())).status).toBe("denied");
    expect(ran).toEqual([]);
  });

  it("an edit that a rule denies says which and why", async () => {
    const { gate, session, tool } = await bench(
      `${POLICY.split("limits:")[0]}  - { id: rude, tools: [send_email], when: 'args.body == "edited"', decide: deny, reason: no }\n`,
    );
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    await gate.approvals.resolve(approval?.id ?? "", edit);
    expect((await session().call(OUTSIDE, tool())).decision).toMatchObject({ decision: "deny", rules: ["rude"], reason: "no" });
  });

  it("an edit whose record was erased approves nothing", async () => {
    const store: ErasableStore & ListableStore = memoryStore();
    const open = async () =>
      (await createGate({ policy: loadPolicy(POLICY), store })).session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } });
    let ran = 0;
    await (await open()).call(OUTSIDE, () => ran++);
    const approvals = openApprovals(store);
    const [approval] = await approvals.list();
    await approvals.resolve(approval?.id ?? "", edit);
    const verdict = (await store.read("session//s1", 0)).find(({ type }) => type === "approval.verdict");
    await store.erase("session//s1", verdict?.seq ?? 0);
    expect((await (await open()).call(OUTSIDE, () => ran++)).status).toBe("pending");
    expect(ran).toBe(0);
  });

  it("an approval whose facts were erased can be denied, and approves nothing", async () => {
    const store: ErasableStore & ListableStore = memoryStore();
    const gate = await createGate({ policy: loadPolicy(POLICY.replace(/approval: .*expires/, "approval: { expires")), store });
    await gate.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } }).call(OUTSIDE, () => 1);
    const [approval] = await gate.approvals.list();
    await store.erase("session//s1");
    const approvals = openApprovals(store);
    expect((await approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA })).status).toBe("ignored");
    expect((await approvals.resolve(approval?.id ?? "", { decision: "deny", approver: LEA })).status).toBe("denied");
  });

  it("an edit of a call whose args were erased approves nothing, past `editable` neither", async () => {
    const store: ErasableStore & ListableStore = memoryStore();
    const policy = policyOf(`
tools: { run: { effect: write, destination: none } }
rules: [{ id: ask, tools: [run], decide: require_approval, approval: { editable: [args.note] } }]
`);
    const open = async () => createGate({ policy: loadPolicy(policy), store });
    const init = { id: "s1", principal: { id: "ann" }, agent: { id: "desk" } };
    await (await open()).session(init).call({ id: "c1", tool: "run", args: { dry_run: true, note: "n" } }, () => 1);
    const gate = await open();
    const [approval] = await gate.approvals.list();
    await store.erase("session//s1", 1);
    const fresh = await open();
    const verdict = { decision: "approve", approver: LEA, args: { note: "m" } } as const;
    expect((await fresh.approvals.resolve(approval?.id ?? "", verdict)).status).toBe("ignored");
    let ran = 0;
    expect((await fresh.session(init).call({ id: "c1", tool: "run", args: { dry_run: false } }, () => ran++)).status).toBe("denied");
    expect(ran).toBe(0);
  });

  it("an edit of what may no longer be edited asks again", async () => {
    const text = POLICY.replace("editable: [args.body]", "editable: [args.to, args.body]");
    const store = memoryStore();
    const init = { id: "s1", principal: { id: "ann" }, agent: { id: "desk" } };
    let ran = 0;
    await (await createGate({ policy: loadPolicy(text), store })).session(init).call(OUTSIDE, () => ran++);
    const approvals = openApprovals(store);
    const [approval] = await approvals.list();
    await approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA, args: { to: "eve@evil.example", body: "hello" } });
    const now = await createGate({ policy: loadPolicy(POLICY), store });
    expect((await now.session(init).call(OUTSIDE, () => ran++)).status).toBe("pending");
    expect(ran).toBe(0);
  });

  it("says why an answer was ignored, and who has answered", async () => {
    const { gate, session, tool } = await bench(POLICY.replace("expires: 15m", "quorum: 2, expires: 15m"));
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    const id = approval?.id ?? "";
    expect(await gate.approvals.resolve(id, { decision: "approve", approver: { id: "kim" } })).toMatchObject({
      status: "ignored",
      reason: "`by` does not let `kim` answer",
    });
    expect(await gate.approvals.resolve(id, { decision: "approve", approver: LEA })).toEqual({ status: "pending", rules: ["outside"] });
    expect(await gate.approvals.resolve(id, { decision: "approve", approver: LEA })).toMatchObject({
      status: "pending",
      reason: "`lea` has approved already",
    });
    expect((await gate.approvals.get(id))?.asked).toMatchObject([{ rule: "outside", quorum: 2, approvers: ["lea"] }]);
    const tenant = { ...MAX, tenant: "acme" };
    expect((await gate.approvals.resolve(id, { decision: "approve", approver: tenant })).reason).toBe(
      "the call is of no tenant, the approver of tenant `acme`",
    );
  });

  it("a resume that nobody approved is refused and recorded once, and the approval stays", async () => {
    const { gate, store, session, tool, ran } = await bench();
    await session().call(OUTSIDE, tool());
    for (let time = 0; time < 3; time++)
      expect(await session().propose(OUTSIDE, { resumed: true })).toMatchObject({
        status: "deny",
        decision: { reason: "no approval is on record for exactly this call" },
      });
    const refused = (await store.read("session//s1", 0)).filter(
      ({ type, state }) => type === "call.refused" && state["scope"] === "resumed",
    );
    expect(refused).toHaveLength(1);
    const [approval] = await gate.approvals.list({ status: "pending" });
    await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA });
    expect((await session().propose(OUTSIDE, { resumed: true })).status).toBe("allow");
    expect((await session().call(OUTSIDE, tool())).status).toBe("completed");
    expect(ran).toHaveLength(1);
  });
});

describe("floods", () => {
  it("the bound of pending approvals holds for sessions that ask at once, and for calls that come to be asked about later", async () => {
    const { session, tool, gate } = await bench();
    const outcomes = await Promise.all(Array.from({ length: 60 }, (_, index) => session({ id: `s${index}` }).call(OUTSIDE, tool())));
    expect(outcomes.filter(({ status }) => status === "pending")).toHaveLength(20);
    expect(await gate.approvals.list({ status: "pending" })).toHaveLength(20);

    const later = await bench(
      policyOf(`
tools: { look: { effect: read, trust: untrusted }, pay: { effect: side_effect, destination: none } }
rules:
  - { id: ok, tools: [pay], decide: allow }
  - { id: tainted, tools: [pay], when: '"untrusted" in session.labels', decide: require_approval }
`),
    );
    for (let index = 0; index < 30; index++) await later.session().propose({ id: `c${index}`, tool: "pay", args: {} });
    await later.session().call({ id: "r", tool: "look", args: {} }, later.tool());
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => later.session().call({ id: `c${index}`, tool: "pay", args: {} }, later.tool())),
    );
    expect(await later.gate.approvals.list({ status: "pending" })).toHaveLength(20);
  });

  it("strangers and a locked session do not fill a stream", async () => {
    const { session, tool, store } = await bench();
    await session().call({ id: "c0", tool: "export", args: {} }, tool());
    for (let index = 0; index < 300; index++)
      await session({ principal: { id: "mallory" } }).call({ id: `m${index}`, tool: "export", args: {} }, tool());
    expect((await store.read("session//s1", 0)).length).toBeLessThan(120);
    for (let index = 0; index < 50; index++) await session({ id: "s3" }).call({ id: "same", tool: "export", args: { index } }, tool());
    expect((await store.read("session//s3", 0)).length).toBeLessThan(20);
    const big = { text: "x".repeat(100_000) };
    for (let index = 0; index < 30; index++) await session({ id: "s2" }).call({ id: `d${index}`, tool: "nope", args: big }, tool());
    const bytes = JSON.stringify(await store.read("session//s2", 0)).length;
    expect(bytes).toBeLessThan(12 * 100_000);
  });
});

describe("replay", () => {
  const open = (replay: Replay, id: string, parent?: string) =>
    replay.open(id, { principal: { id: "ann" }, agent: { id: "desk" }, ...(parent === undefined ? {} : { parent }) });

  it("ends where sessions name each other as parent, and denies in them", () => {
    const replay = new Replay(loadPolicy(POLICY));
    open(replay, "a", "b");
    open(replay, "b", "a");
    open(replay, "c", "c");
    for (const id of ["a", "b", "c"]) {
      replay.observe(id, { role: "external", content: "x" });
      expect(replay.call(id, readCall({ id: "c1", tool: "export", args: {} }), false).rules).toEqual(["invalid-session"]);
    }
  });

  it("denies an invalid edit as the gate does", () => {
    const replay = new Replay(loadPolicy(POLICY));
    open(replay, "s1");
    replay.call("s1", readCall(OUTSIDE), false);
    const verdict = readVerdict({ decision: "approve", approver: LEA, args: { body: Number.NaN } });
    expect(replay.verdict("s1", "c1", verdict).status).toBe("denied");
  });
});

describe("what is erased cannot be guessed back", () => {
  it("no digest of a text or of args stays in what is kept", async () => {
    const store: ErasableStore & ListableStore = memoryStore();
    const gate = await createGate({ policy: loadPolicy(POLICY), store });
    const session = gate.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } });
    await session.observe({ role: "user", content: "4711" });
    await session.call({ id: "c1", tool: "send_email", args: { to: "bob@example.com", body: "4711" } }, () => "ok");
    await session.call(OUTSIDE, () => "ok");
    await store.erase("session//s1");
    for (const { state, type } of await store.read("session//s1", 0)) {
      const { policy: _, asked: __, ...kept } = state;
      expect([type, /[0-9a-f]{64}/.test(JSON.stringify(kept))]).toEqual([type, false]);
    }
    expect(
      await session.call({ id: "c1", tool: "send_email", args: { to: "bob@example.com", body: "4711" } }, () => "again"),
    ).toMatchObject({ status: "completed", result: "ok" });
    const fresh = (await createGate({ policy: loadPolicy(POLICY), store })).session({
      id: "s1",
      principal: { id: "ann" },
      agent: { id: "desk" },
    });
    expect(await fresh.call({ id: "c1", tool: "send_email", args: { to: "x@example.com" } }, () => "again")).toMatchObject({
      status: "completed",
      result: expect.stringContaining("no longer available"),
    });
  });
});
