import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { POLICY } from "./policy.ts";
import { folderOf, linesOf, sallyport, traceOf } from "./run.ts";

const folder = folderOf({ "desk.yaml": POLICY, "bad.yaml": "version: 1\nname: x\nruls: []\n" });
const desk = join(folder, "desk.yaml");
const opening = { session: "s1", principal: { id: "ann", roles: ["support"] }, agent: { id: "desk" } };
const mail = { session: "s1", call: { id: "c1", tool: "send_email", args: { to: "eve@evil.example" } } };
const lead = { id: "lea", roles: ["lead"] };

async function replay(lines: readonly unknown[], ...options: readonly string[]) {
  return sallyport(["replay", "--policy", desk, ...options], { input: traceOf(...lines) });
}

describe("replay", () => {
  it("prints one decision a call, with its members in order", async () => {
    const { code, out, err } = await replay([opening, { session: "s1", call: { id: "c1", tool: "note", args: { size: 50 } } }]);
    expect(out).toBe(
      '{"session":"s1","call":"c1","tool":"note","decision":"allow","rules":["notes"],"reason":"rule `notes` allows it","args":{"size":10},"labels":[],"shadow":[],"errors":[]}\n',
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  it("takes results of calls that ran, and prints those that a rule changed", async () => {
    const call = (id: string) => ({ session: "s1", call: { id, tool: "crm.get", args: {} } });
    const { out } = await replay([
      opening,
      call("c1"),
      { session: "s1", result: { id: "c1", content: { id: 1, ssn: "x" } } },
      call("c2"),
      { session: "s1", result: { id: "c2", content: "no JSON" } },
      call("c3"),
      { session: "s1", result: { id: "c3", content: { id: 1 } } },
      { session: "s1", result: { id: "nobody", content: { id: 1 } } },
    ]);
    expect(out.split("\n").filter((line) => line.includes('"result"'))).toEqual([
      '{"session":"s1","result":{"id":"c1","decision":"redact","rules":["least-data"],"content":{"id":1}}}',
      '{"session":"s1","result":{"id":"c2","decision":"deny","rules":["least-data"],"content":null}}',
    ]);
  });

  it("leaves calls that wait unclaimed, claims them with --approve all, and lets verdicts override both", async () => {
    const after = { session: "s1", call: { id: "z", tool: "note", args: {} } };
    const verdict = { session: "s1", verdict: { call: "c1", decision: "deny", approver: lead } };
    const labels = async (lines: readonly unknown[], ...options: readonly string[]) =>
      linesOf((await replay(lines, ...options)).out).find(({ call }) => call === "z")?.["labels"];
    expect(await labels([opening, mail, after])).toEqual([]);
    expect(await labels([opening, mail, after], "--approve", "all")).toEqual(["mailed"]);
    expect(await labels([opening, mail, after, verdict], "--approve", "all")).toEqual([]);
    const approve = { session: "s1", verdict: { call: "c1", decision: "approve", approver: lead } };
    expect(await labels([opening, mail, approve, after])).toEqual(["mailed"]);
    const { out } = await replay([opening, mail, approve, approve]);
    expect(linesOf(out).slice(1)).toEqual([
      { session: "s1", verdict: { call: "c1", status: "approved", rules: [] } },
      { session: "s1", verdict: { call: "c1", status: "ignored", rules: [] } },
    ]);
  });

  it("denies defects in args", async () => {
    const { code, out } = await replay([
      opening,
      '{"session":"s1","call":{"id":"a","tool":"note","args":{"a":1,"a":2}}}',
      '{"session":"s1","call":{"id":"b","tool":"note","args":"{}"}}',
      '{"session":"s1","call":{"id":"c","tool":"note","args":{"s":"\\ud800"}}}',
      `{"session":"s1","call":{"id":"d","tool":"note","args":${'{"a":'.repeat(65)}1${"}".repeat(65)}}}`,
      '{"session":"s1","call":{"id":"e","tool":"note","args":{"n":1e400}}}',
      '{"session":"s1","call":{"id":"","tool":"note","args":{}}}',
    ]);
    expect(code).toBe(0);
    for (const line of linesOf(out)) expect(line).toMatchObject({ decision: "deny", rules: ["invalid-args"], args: null });
    expect(linesOf(out)).toHaveLength(6);
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["no session", { message: { role: "user", content: "x" } }],
    ["a session that is no text", { session: 1, output: "x" }],
    ["an unknown member", { session: "s1", cal: {} }],
    ["an unknown member of a call", { session: "s1", call: { id: "c", tool: "t", args: {}, arg: {} } }],
    ["a call without args", { session: "s1", call: { id: "c", tool: "t" } }],
    ["a call without an id", { session: "s1", call: { tool: "t", args: {} } }],
    ["an unknown role", { session: "s1", message: { role: "assistant", content: "x" } }],
    ["a message that is no text", { session: "s1", message: { role: "user", content: ["x"] } }],
    ["a result without an id", { session: "s1", result: { content: "x" } }],
    ["a result without content", { session: "s1", result: { id: "c" } }],
    ["an error that is neither true nor false", { session: "s1", result: { id: "c", content: "x", error: "yes" } }],
    ["a verdict without an approver", { session: "s1", verdict: { call: "c", decision: "approve" } }],
    ["an approver without an id", { session: "s1", verdict: { call: "c", decision: "approve", approver: {} } }],
    ["an unknown decision", { session: "s1", verdict: { call: "c", decision: "maybe", approver: lead } }],
    ["a principal that is no object", { session: "s1", principal: "ann" }],
    ["a time that is none", { session: "s1", at: "2026-02-30T00:00:00Z" }],
    ["a time without a zone", { session: "s1", at: "2026-02-03T00:00:00" }],
    ["two things at once", { session: "s1", output: "x", message: { role: "user", content: "x" } }],
    ["a key twice", '{"session":"s1","session":"s2"}'],
    ["a lone surrogate", '{"session":"s1","output":"\\udc00"}'],
    ["an unsafe number in a result", '{"session":"s1","result":{"id":"c","content":12345678901234567890}}'],
    ["a workflow", { session: "s1", workflow: "w" }],
  ])("refuses a line with %s and names it", async (_, line) => {
    const { code, err } = await replay([opening, "", line, mail]);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: line 3: /);
  });

  it("refuses what is not UTF-8 and names the line", async () => {
    const input = Buffer.concat([Buffer.from(traceOf(opening, "", mail)), Buffer.from([0x22, 0xff, 0x22])]);
    const { code, err } = await sallyport(["replay", "--policy", desk], { input });
    expect({ code, err }).toEqual({ code: 2, err: "error: line 4: it is not UTF-8 text\n" });
  });

  it("reads lines with CRLF, a byte order mark and no end", async () => {
    const input = `\u{feff}${traceOf(opening, mail).replaceAll("\n", "\r\n").trimEnd()}`;
    const { code, out } = await sallyport(["replay", "--policy", desk], { input });
    expect(code).toBe(0);
    expect(linesOf(out)).toHaveLength(1);
  });

  it("keeps the time of a line for those after it", async () => {
    const refund = (id: string, at?: string) => ({
      session: "s1",
      call: { id, tool: "refund", args: { amount: 40 } },
      ...(at === undefined ? {} : { at }),
    });
    const { out } = await replay([
      opening,
      refund("a"),
      refund("b", "2026-01-01T00:00:00Z"),
      refund("c"),
      refund("d"),
      refund("e", "2026-01-01T02:00:00+01:00"),
    ]);
    expect(linesOf(out).map(({ decision }) => decision)).toEqual(["allow", "allow", "allow", "deny", "allow"]);
  });

  it("counts with --stats, on stderr", async () => {
    const { out, err } = await replay([opening, mail], "--stats");
    expect(linesOf(out)).toHaveLength(1);
    expect(err).toMatch(/require_approval +1\n/);
    expect(err).toMatch(/external-email +1 +0 +0\n/);
  });

  it("says what is wrong with the policy, and that it is not there", async () => {
    const bad = await sallyport(["replay", "--policy", join(folder, "bad.yaml")]);
    expect(bad.code).toBe(2);
    expect(bad.err).toContain(`${join(folder, "bad.yaml")}:3:1: unknown key \`ruls\``);
    const none = await sallyport(["replay", "--policy", join(folder, "none.yaml")]);
    expect(none).toMatchObject({
      code: 2,
      out: "",
      err: `error: \`${join(folder, "none.yaml")}\` cannot be read: there is no such file\n`,
    });
  });

  it("ends quietly when nobody reads on", async () => {
    const main = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
    const child = spawn(process.execPath, [main, "replay", "--policy", desk]);
    const errors: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
    child.stdin.on("error", () => undefined);
    child.stdout.once("data", () => child.stdout.destroy());
    child.stdin.end(
      traceOf(opening, ...Array.from({ length: 50_000 }, (_, id) => ({ session: "s1", call: { id: `c${id}`, tool: "note", args: {} } }))),
    );
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
  });
});
