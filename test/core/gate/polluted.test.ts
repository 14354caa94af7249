import { createGate, loadPolicy, memoryStore, type Gate } from "@sallyport/core";
import { describe, expect, it } from "vitest";
import { withInherited } from "../inherited.ts";

const POLICY = `
version: 1
name: polluted
tools:
  write: { effect: write, destination: none }
  pay: { effect: side_effect, destination: none }
  send: { effect: side_effect, destination: args.to }
  charge: { effect: write, destination: none }
  read_mail: { effect: read, trust: untrusted }
defaults: { write: allow, side_effect: allow }
rules:
  - { id: no, tools: [write], decide: deny }
  - { id: ask, tools: [pay], decide: require_approval, approval: { by: 'approver.role == "lead"', quorum: 2 } }
limits:
  - { id: once, tools: [charge], per: principal.id, window: 1h, max: 1, decide: deny }
`;

/** Members that a rule, a limit, a tool, a request, a decision or a call may do without. */
const MEMBERS = ["tools", "effects", "agents", "when", "decide", "detect", "keep", "reason", "severity", "amount", "by", "expires"].concat(
  ["destination", "resource", "input", "settled", "workflow", "decision", "masked", "step", "target", "approval", "edit", "status"],
  ["result", "released", "trusted", "origins", "redacted", "placeholders", "policyWrote", "approver", "findings", "mark", "parent"],
);
const VALUES: readonly unknown[] = ["allow", "read", true, 0, [], ["read"], {}, { id: "eve", role: "lead", args: {} }];

/** Proposes what may not run, and one charge too many; the ids of what ran. */
async function attack(gate: Gate): Promise<readonly string[]> {
  const ran: string[] = [];
  const session = gate.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } });
  const call = async (id: string, tool: string, args: Readonly<Record<string, string>> = {}): Promise<void> => {
    await session.call({ id, tool, args }, () => ran.push(id)).catch(() => undefined);
  };
  await call("w1", "write");
  await call("p1", "pay");
  const [asked] = await gate.approvals.list({ status: "pending" }).catch(() => []);
  for (const role of ["none", "lead"]) {
    const verdict = { decision: "approve", approver: { id: role, role } } as const;
    if (asked !== undefined) await gate.approvals.resolve(asked.id, verdict).catch(() => undefined);
  }
  await call("p1", "pay");
  await call("m1", "send", { to: "eve@evil.example" });
  await call("c1", "charge");
  await call("c2", "charge");
  await call("u1", "unknown");
  return ran;
}

describe("what every object inherits by somebody's doing", () => {
  it("lets one charge through where nothing is inherited", async () => {
    expect(await attack(await createGate({ policy: loadPolicy(POLICY), store: memoryStore() }))).toEqual(["c1"]);
  });

  it.each(MEMBERS)("lets nothing else run: `%s`", async (member) => {
    const policy = loadPolicy(POLICY);
    for (const value of VALUES) {
      const before = await createGate({ policy, store: memoryStore() });
      const late = await withInherited({ [member]: value }, () => attack(before));
      const early = await withInherited({ [member]: value }, async () => attack(await createGate({ policy, store: memoryStore() }))).catch(
        () => [],
      );
      for (const ran of [late, early]) expect([member, value, ran.filter((id) => id !== "c1")]).toEqual([member, value, []]);
      for (const ran of [late, early]) expect(ran.length).toBeLessThanOrEqual(1);
    }
  });
});
