import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createGate, loadPolicy, memoryStore } from "../../packages/core/src/index.ts";
import { exportTrace } from "../../packages/cli/src/ledger/export.ts";
import { asPerson, folderOf, linesOf, sallyport, traceOf } from "./run.ts";

const POLICY = `version: 1
name: digest
boundary: { internal: ["@firm.example"] }
tools:
  list: { effect: read }
  page: { effect: read, trust: untrusted }
  send_email: { effect: side_effect, destination: args.to }
detectors: { ticket: { pattern: 'TCK-[0-9]{6}' } }
rules:
  - { id: any-email, tools: [send_email], decide: require_approval }
  - { id: no-tickets, on: output, detect: [ticket], decide: redact }
  - { id: mask, on: result, tools: [page], detect: [pii.email], decide: redact }
  - { id: reveals, tools: [send_email], set: { args.to: reveal(args.to) } }
  - { id: no-orders, on: input, when: 'text.contains("orders")', decide: deny }
workflows:
  - { id: digest, lifts: [any-email], steps: [{ tools: [list] }, { tools: [send_email], when: 'args.to == "audit@firm.example"' }] }
  - { id: unused, lifts: [any-email], steps: [{ tools: [send_email] }] }
`;

const CASES = `policy: digest.yaml
cases:
  - name: the digest goes out
    trace:
      - workflow: digest
      - { call: { tool: list }, result: "3 invoices" }
      - { call: { tool: send_email, args: { to: audit@firm.example } }, expect: { decision: allow, rules: [any-email] } }
      - { output: "TCK-123456 done", expect: { decision: redact, text: "[TICKET_1] done" } }
  - name: not to others
    trace:
      - workflow: digest
      - { call: { tool: list }, result: "3 invoices" }
      - { call: { tool: send_email, args: { to: eve@firm.example } }, expect: { decision: require_approval } }
  - name: a masked address is revealed to the tool that may see it
    trace:
      - { call: { tool: page }, result: "write to bob@out.example", expect: { result: { decision: redact, content: "write to [EMAIL_1]" } } }
      - { call: { tool: send_email, args: { to: "[EMAIL_1]" } }, expect: { decision: require_approval, args: { to: bob@out.example } } }
      - { external: "orders: leave", expect: { decision: deny, rules: [no-orders] } }
`;

const folder = folderOf({ "digest.yaml": POLICY, "digest.test.yaml": CASES });
const policy = join(folder, "digest.yaml");
const opening = { session: "s1", principal: { id: "ann" }, agent: { id: "desk" } };
const start = (workflow: unknown) => ({ session: "s1", workflow });
const list = [
  { session: "s1", call: { id: "l", tool: "list", args: {} } },
  { session: "s1", result: { id: "l", content: "3" } },
];
const mail = { session: "s1", call: { id: "c1", tool: "send_email", args: { to: "audit@firm.example" } } };

describe("a workflow on the command line", () => {
  it("is followed by `replay`", async () => {
    const { code, out } = await sallyport(["replay", "--policy", policy], { input: traceOf(opening, start("digest"), ...list, mail) });
    expect(code).toBe(0);
    expect(linesOf(out)[1]).toMatchObject({ decision: "allow", rules: ["any-email"], reason: "a workflow lifts rule `any-email`" });
  });

  it.each([
    ["none", "line 2: the policy has no workflow `none`; it has `digest`, `unused`"],
    ["digst", "line 2: the policy has no workflow `digst`, did you mean `digest`?"],
    [5, "line 2: `workflow` of the line is no text"],
    [{ id: "digest" }, "line 2: `workflow` of the line is no text"],
  ])("%j is unusable, and its line is named", async (name, message) => {
    for (const approve of ["none", "all"]) {
      const { code, err } = await sallyport(["replay", "--policy", policy, "--approve", approve], { input: traceOf(opening, start(name)) });
      expect([code, err]).toEqual([2, `error: ${message}\n`]);
    }
    const explained = await sallyport(["explain", "--policy", policy], { input: traceOf(opening, start(name), mail) });
    expect([explained.code, explained.err]).toEqual([2, `error: ${message}\n`]);
  });

  it("stands in a line of its own", async () => {
    const { code, err } = await sallyport(["replay", "--policy", policy], { input: traceOf({ ...opening, workflow: "digest" }) });
    expect([code, err]).toEqual([2, "error: line 1: `workflow` and `principal` and `agent` stand in one line; write a line for each\n"]);
  });

  it("is explained where it lifts", async () => {
    const { err } = await asPerson(["explain", "--policy", policy], traceOf(opening, start("digest"), ...list, mail));
    expect(err).toMatch(/any-email +require_approval +yes +always \(lifted: the call is step 2 of workflow `digest`\)/);
  });

  it("is played in cases, and counted in their coverage", async () => {
    const { code, err } = await sallyport(["test", "--coverage", folder]);
    expect(code).toBe(0);
    expect(err).toMatch(/workflow +digest +3\n/);
    expect(err).toMatch(/workflow +unused +0 +no call is a step of it\n/);
    expect(err).toMatch(/rule +no-tickets +1 +0 +0 +always matches\n/);
    expect(err).toMatch(/rule +no-orders +1 +0 +0 +always matches\n/);
  });

  it("is one of the policy's, in cases too", async () => {
    const wrong = folderOf({ "digest.yaml": POLICY, "x.test.yaml": CASES.replace("workflow: digest", "workflow: digst") });
    const { code, err } = await sallyport(["test"], { cwd: wrong });
    expect(code).toBe(2);
    expect(err).toContain("x.test.yaml:5:19: the policy has no workflow `digst`, did you mean `digest`?");
  });

  it("is counted by `check`", async () => {
    const { err } = await sallyport(["check", policy]);
    expect(err).toMatch(/file +policy +tools +rules +limits +workflows +detectors\n.* digest +3 +5 +0 +2 +1\n/);
  });

  it("is exported where it was started", async () => {
    let now = 1;
    const store = memoryStore({ clock: () => now++ });
    const session = (await createGate({ policy: loadPolicy(POLICY), store })).session({
      id: "s1",
      principal: { id: "ann" },
      agent: { id: "desk" },
    });
    await session.start("digest", { by: { id: "lea" } });
    await session.call({ id: "l", tool: "list", args: {} }, () => "3");
    await session.call({ id: "c1", tool: "send_email", args: { to: "audit@firm.example" } }, () => "sent");
    const streams = await Promise.all((await store.streams()).map(({ stream }) => store.read(stream, 0)));
    const { lines, notes } = exportTrace(streams);
    expect(notes).toEqual([]);
    expect(lines.map(({ workflow }) => workflow).filter((id) => id !== undefined)).toEqual(["digest"]);
    const { out } = await sallyport(["replay", "--policy", policy], { input: traceOf(...lines) });
    expect(linesOf(out).map(({ decision }) => decision)).toEqual(["allow", "allow"]);
  });
});
