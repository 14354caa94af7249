import { describe, expect, it } from "vitest";
import { SallyportError } from "../../../packages/core/src/error.ts";
import { loadPolicy } from "../../../packages/core/src/policy/load.ts";
import { problemsOf } from "./problems-of.ts";
import { supportDesk } from "./support-desk.ts";

describe("a policy that loads", () => {
  const policy = loadPolicy(supportDesk, { file: "support-desk.yaml" });

  it("keeps what it says", () => {
    expect(policy.name).toBe("support-desk");
    expect(policy.file).toBe("support-desk.yaml");
    expect(policy.internal).toEqual(["@example.com", "*.example.com", "10.0.0.0/8"]);
    expect(policy.rules.map(({ id, line }) => [id, line])).toEqual([
      ["external-email", 17],
      ["no-exfiltration", 25],
      ["cap-export", 29],
      ["least-data", 32],
      ["mask", 36],
      ["bypass", 40],
      ["tickets", 45],
      ["known-address", 46],
    ]);
    expect(policy.source).toMatchObject({ version: 1, limits: [{ id: "refunds" }] });
  });

  it("has the catalog with what was left out", () => {
    expect(policy.tools.find(({ key }) => key === "read_email")).toEqual({
      key: "read_email",
      effect: "read",
      trust: "untrusted",
      labels: [],
      credential: false,
      idempotent: false,
    });
    expect(policy.tools.find(({ key }) => key === "jira.*")?.destination).toBe("none");
    expect(policy.tools.find(({ key }) => key === "charge")).toMatchObject({
      idempotent: true,
      input: { type: "object" },
      destination: { source: "args.account" },
    });
  });

  it("has rules as they are decided by", () => {
    const [email, , cap, least] = policy.rules;
    expect(email).toMatchObject({
      on: "call",
      tools: ["send_email"],
      decide: "require_approval",
      severity: "high",
      mode: "enforce",
      labels: [],
      set: [],
    });
    expect(email?.approval).toMatchObject({
      quorum: 1,
      expires: 900_000,
      editable: [["body"]],
      by: { source: '"lead" in approver.roles && approver.id != principal.id' },
    });
    expect(cap?.set).toMatchObject([{ path: ["limit"] }]);
    expect(cap?.decide).toBeUndefined();
    expect(least).toMatchObject({ on: "result", keep: [["id"], ["name"], ["invoice", "total"]] });
    expect(policy.limits).toMatchObject([
      { id: "refunds", window: 86_400_000, max: 1000, decide: "require_approval", amount: { source: "args.amount" } },
    ]);
  });

  it("has what detects, and what is preapproved", () => {
    const [mask, bypass, tickets, known] = policy.rules.slice(4);
    expect(mask).toMatchObject({ on: "result", detect: ["pii", "secrets"], decide: "redact" });
    expect(bypass).toMatchObject({ on: "input", detect: ["prompt_injection"], decide: "allow", labels: ["suspicious"] });
    expect(tickets).toMatchObject({ on: "output", detect: ["ticket", "pii.iban"], decide: "deny" });
    expect(known?.detect).toBeUndefined();
    expect(known?.set).toMatchObject([{ path: ["to"], value: { source: "reveal(args.to)" } }]);
    expect(policy.detectors).toEqual([
      { name: "ticket", kind: "ticket", pattern: "TCK-[0-9]{6}" },
      { name: "order", kind: "order-number", pattern: String.raw`\bo[0-9]{4,12}\b` },
    ]);
    expect(policy.workflows).toMatchObject([
      {
        id: "invoice-digest",
        lifts: ["external-email"],
        steps: [{ tools: ["crm.list_invoices"] }, { tools: ["send_email"], when: { source: 'args.to == "audit@firm.example"' } }],
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it("knows a workflow by itself and by the rules that it lifts", () => {
    const digestOf = (text: string): string | undefined => loadPolicy(text).workflows[0]?.digest;
    const [otherRule, otherStep] = [supportDesk.replace("lead", "boss"), supportDesk.replace("audit@", "boss@")];
    expect(digestOf(supportDesk.replace("name: support-desk", "name: other"))).toBe(digestOf(supportDesk));
    expect(new Set([supportDesk, otherRule, otherStep].map(digestOf)).size).toBe(3);
  });

  it("fills in the defaults", () => {
    expect(loadPolicy("version: 1\nname: t\ndefaults: { write: allow }\n").defaults).toEqual({
      read: "allow",
      write: "allow",
      side_effect: "deny",
      unclassified: "deny",
      external: "deny",
      credential: "deny",
    });
  });

  it("names a rule by a digest of what it says, not of how it is written", () => {
    const digestOf = (rules: string): string | undefined => loadPolicy(`version: 1\nname: t\nrules: ${rules}\n`).rules[0]?.digest;
    const digest = digestOf("[{ id: a, decide: deny }]");
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf("\n  - decide: deny # says no\n    id: 'a'")).toBe(digest);
    expect(digestOf("[{ id: a, decide: deny, reason: x }]")).not.toBe(digest);
  });

  it("takes a byte order mark and other line ends", () => {
    expect(loadPolicy(`\uFEFF${supportDesk.replaceAll("\n", "\r\n")}`).rules).toHaveLength(8);
  });

  it("takes scalars that YAML reads as numbers and booleans for conditions", () => {
    const policy = loadPolicy("version: 1\nname: t\nrules: [{ id: a, when: true, set: { args.n: 100 }, decide: allow }]\n");
    expect(policy.rules[0]?.when?.constant).toBe(true);
    expect(policy.rules[0]?.set[0]?.value.constant).toBe(100);
  });

  it("takes anchors", () => {
    const policy = loadPolicy(
      "version: 1\nname: t\nrules: [{ id: a, tools: &out [x, y], when: args.n > 1, decide: deny }, { id: b, tools: *out, when: args.n > 2, decide: allow }]\n",
    );
    expect(policy.rules[1]?.tools).toEqual(["x", "y"]);
  });
});

describe("a policy that does not load", () => {
  it("says everything at once, in the order of the file, with the file", () => {
    const text =
      "version: 1\nname: t\ntools: { r: { effect: raed } }\nrules: [{ id: a, decide: blokk, wen: external }, { id: b, tools: [r], when: extrnal, decide: deny }]\n";
    expect(() => loadPolicy(text, { file: "p.yaml" })).toThrow(
      [
        "p.yaml:3:23: `effect` of tool `r` is `raed`; write `read`, `write`, `side_effect` or `unclassified`, did you mean `read`?",
        "p.yaml:4:26: `decide` of rule `a` is `blokk`; write `allow`, `deny`, `require_approval` or `redact`",
        "p.yaml:4:33: unknown key `wen` in rule `a`, did you mean `when`?",
        "p.yaml:4:77: `when` of rule `b`: unknown name `extrnal`, did you mean `external`?",
      ].join("\n"),
    );
  });

  it("is an error that says so", () => {
    let thrown: unknown;
    try {
      loadPolicy("version: 2\nname: t\n");
    } catch (error) {
      thrown = error;
    }
    expect(SallyportError.isInstance(thrown) && thrown.code).toBe("invalid-policy");
    expect(SallyportError.isInstance(thrown) && thrown.problems).toEqual([
      { line: 1, column: 10, message: "`version` takes the number `1`, not `2`" },
    ]);
  });

  it("keeps a message on one line", () => {
    expect(problemsOf(`version: 1\nname: t\n"a\\nb${"x".repeat(900)}": 1\n`)).toHaveLength(1);
    expect(problemsOf(`version: 1\nname: t\n"a\\nb${"x".repeat(900)}": 1\n`)[0]).toMatch(/^3:1 unknown key `a bx{100,490}…$/);
  });
});
