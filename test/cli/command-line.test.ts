import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { POLICY } from "./policy.ts";
import { asPerson, folderOf, linesOf, sallyport, traceOf } from "./run.ts";

const folder = folderOf({
  "desk.yaml": POLICY,
  "bad.yaml": "version: 1\nname: x\nrules:\n  - { id: a, decide: alow }\n",
  "latin.yaml": "",
  "near.yaml": `version: 1
name: near
tools: { pay: { effect: side_effect, destination: none } }
rules: [{ id: a, tools: [pay, refund, "get_*"], decide: deny }]
limits: [{ id: b, tools: [transfer], per: principal.id, window: 1h, max: 3, decide: deny }]
`,
});
const desk = join(folder, "desk.yaml");
const bad = join(folder, "bad.yaml");

describe("the command line", () => {
  it.each([
    [[], "say what to do"],
    [["chek", desk], "`chek` is no command, did you mean `check`?"],
    [["ledger", "sho"], "`sho` is no command, did you mean `show`?"],
    [["replay"], "`--policy FILE` is missing\nusage: sallyport replay --policy FILE [--approve none|all] [--stats]"],
    [["replay", "--polcy", desk], "unknown option `--polcy`, did you mean `--policy`?"],
    [["replay", "--policy"], "`--policy` needs a value: FILE"],
    [["replay", "--policy", desk, "--policy", desk], "`--policy` is given twice"],
    [["replay", "--policy", desk, "--approve", "al"], "`--approve` is `none` or `all`, not `al`, did you mean `all`?"],
    [["replay", "--policy", desk, "--stats=yes"], "`--stats` takes no value"],
    [["replay", "--policy", desk, "trace.jsonl"], "`trace.jsonl` is one operand too many"],
    [["replay", desk], `\`--policy FILE\` is missing, did you mean \`--policy ${desk}\`?\nusage: `],
    [["ledger", "show", "q.db"], "`--store FILE` is missing, did you mean `--store q.db`?\nusage: sallyport ledger show --store FILE"],
    [["approvals", "show", "ap_1", "q.db"], "`--store FILE` is missing, did you mean `--store q.db`?"],
    [["approvals", "show", "--store", "x"], "ID is missing"],
    [["check"], "name the policy files to check, or `--schema`"],
    [["init"], "stdin, line 1, column 1: a value should stand here, not the end"],
    [["import", "none.yaml"], "`none.yaml` cannot be read: there is no such file"],
    [["import"], "FILE is missing"],
    [["approvals", "list", "--store", "none.db"], "there is no store `none.db`"],
  ])("refuses %j", async (args, says) => {
    const { code, out, err } = await sallyport(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err.replace(/^error: /, "").startsWith(says)).toBe(true);
  });

  it.each([["--help"], ["help"], ["replay", "--help"], ["ledger", "--help"], ["approvals", "approve", "-h"]])(
    "helps: %s",
    async (...args) => {
      const { code, out, err } = await sallyport(args);
      expect({ code, out }).toEqual({ code: 0, out: "" });
      expect(err).toMatch(/^usage: sallyport /);
    },
  );
});

describe("what the help says", () => {
  it.each(["replay", "explain"])("shows a trace that %s takes", async (name) => {
    const { err } = await sallyport([name, "--help"]);
    const trace = err.split("\n").filter((line) => line.startsWith('  {"session"'));
    expect(trace).toHaveLength(4);
    const { code, out } = await sallyport([name, "--policy", desk], { input: trace.join("\n") });
    expect({ code, decision: linesOf(out)[0]?.["decision"] }).toEqual({ code: 0, decision: "allow" });
  });

  it("says the version", async () => {
    const text = readFileSync(new URL("../../packages/cli/package.json", import.meta.url), "utf8");
    expect(await sallyport(["--version"])).toEqual({ code: 0, out: `${JSON.parse(text).version}\n`, err: "" });
  });
});

describe("check", () => {
  it("says which tools the catalog does not have that rules and limits name", async () => {
    const { code, err } = await sallyport(["check", join(folder, "near.yaml")]);
    expect(code).toBe(0);
    expect(err.split("\n").filter((line) => line.startsWith("note: "))).toEqual([
      expect.stringMatching(/`a` \(line 4\) names the tool `refund`, which is in no key of `tools`/),
      expect.stringMatching(/`b` \(line 5\) names the tool `transfer`, /),
    ]);
  });

  it("says nothing on stdout and 0 where all is well", async () => {
    const { code, out, err } = await sallyport(["check", desk]);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toMatch(/desk\.yaml +desk +6 +12 +1 +0 +0\n/);
  });

  it("names every problem with its place", async () => {
    const { code, err } = await sallyport(["check", desk, bad]);
    expect(code).toBe(2);
    expect(err).toContain(`${bad}:4:22: `);
  });

  it("prints one object a file with --json, also for a file that cannot be read", async () => {
    const { code, out } = await sallyport(["check", "--json", desk, bad, folder]);
    expect(code).toBe(2);
    expect(linesOf(out)).toMatchObject([
      { file: desk, ok: true, problems: [] },
      { file: bad, ok: false, problems: [{ line: 4, column: 22 }] },
      { file: folder, ok: false, problems: [{ message: `\`${folder}\` cannot be read: it is a folder` }] },
    ]);
  });

  it("prints the JSON Schema of policies", async () => {
    const { code, out } = await sallyport(["check", "--schema"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema" });
  });
});

describe("explain", () => {
  const opening = { session: "s1", principal: { id: "ann", roles: ["support"] }, agent: { id: "desk" } };
  const mail = (to: string) => ({ session: "s1", call: { id: "c1", tool: "send_email", args: { to } } });
  const explain = async (...lines: readonly unknown[]) => sallyport(["explain", "--policy", desk], { input: traceOf(opening, ...lines) });
  const get = { session: "s1", call: { id: "g1", tool: "crm.get", args: {} } };
  const got = { session: "s1", result: { id: "g1", content: { id: 1, ssn: "x" } } };

  it("says of every rule and limit why it did or did not match", async () => {
    const { code, out } = await explain(mail("eve@evil.example"));
    expect(code).toBe(0);
    const explained = JSON.parse(out);
    expect(explained).toMatchObject({
      session: "s1",
      call: "c1",
      decision: "require_approval",
      rules: ["external-email"],
      external: true,
      destinations: ["eve@evil.example"],
    });
    expect(explained.looked.map(({ id, match, note }: { id: string; match: string; note?: string }) => [id, match, note])).toEqual([
      ["external-email", "yes", undefined],
      ["internal-email", "no", undefined],
      ["no-exfiltration", "no", undefined],
      ["cap-note", "not selected", "about tools note"],
      ["notes", "not selected", "about tools note"],
      ["flagged", "not selected", "about tools note"],
      ["no-flag", "not selected", "about tools note"],
      ["refunds-fine", "not selected", "about tools refund"],
      ["two", "not selected", "about tools refund"],
      ["drops", "not selected", "about tools drop"],
      ["big-drops", "not selected", "about tools drop"],
      ["refunds", "not selected", "about tools refund"],
    ]);
  });

  it("explains a repeated call by how it was decided, and one whose id was reused not at all", async () => {
    const external = { session: "s1", message: { role: "external", content: "hi" } };
    const data = { session: "s1", call: { id: "c0", tool: "crm.get", args: {} } };
    const again = JSON.parse((await explain(mail("eve@evil.example"), external, data, mail("eve@evil.example"))).out);
    expect(again).toMatchObject({ decision: "require_approval", labels: [] });
    expect(again.looked[2]).toMatchObject({ id: "no-exfiltration", match: "no" });
    const reused = JSON.parse((await explain(mail("eve@evil.example"), mail("bob@example.com"))).out);
    expect(reused).toMatchObject({ decision: "deny", rules: ["call-id-reused"], looked: [] });
  });

  it("says of a limit what it adds up to, and of a condition why it failed", async () => {
    const refund = (id: string, args: object) => ({ session: "s1", call: { id, tool: "refund", args } });
    const over = JSON.parse((await explain(refund("a", { amount: 40 }), refund("b", { amount: 70 }))).out);
    expect(over.looked.at(-1)).toMatchObject({ id: "refunds", match: "yes", note: "40 used, 70 asked, 100 at most" });
    const failed = JSON.parse((await explain(refund("a", {}))).out);
    expect(failed.looked.find(({ id }: { id: string }) => id === "two")).toMatchObject({
      match: "failed",
      note: expect.stringContaining("amount"),
    });
  });

  it("says of rules on results what they did, where the trace has the result", async () => {
    const { result } = JSON.parse((await explain(get, got)).out);
    expect(result).toMatchObject({ decision: "redact", rules: ["least-data"], content: { id: 1 } });
    expect(result.looked).toMatchObject([{ id: "least-data", decide: "keep", match: "yes" }]);
    expect(JSON.parse((await explain(get)).out)).not.toHaveProperty("result");
    const unseen = JSON.parse((await explain(mail("eve@evil.example"), { session: "s1", result: { id: "c1", content: "sent" } })).out);
    expect(unseen).toMatchObject({ decision: "require_approval", result: null });
  });

  it("explains the call that is named, in the session that is named", async () => {
    const other = [
      { ...opening, session: "s2" },
      { ...get, session: "s2" },
    ];
    const named = async (...options: readonly string[]) =>
      sallyport(["explain", "--policy", desk, ...options], { input: traceOf(opening, get, got, mail("bob@example.com"), ...other) });
    expect(JSON.parse((await named("--call", "c1")).out)).toMatchObject({ session: "s1", call: "c1", labels: ["customer_data"] });
    expect(JSON.parse((await named("--call", "g1")).out)).toMatchObject({ session: "s2", labels: [] });
    const first = JSON.parse((await named("--call", "g1", "--session", "s1")).out);
    expect(first).toMatchObject({ session: "s1", labels: [], result: { decision: "redact" } });
    expect(JSON.parse((await named("--session", "s1")).out)).toMatchObject({ call: "c1" });
    expect((await named("--call", "g2", "--session", "s2")).err).toBe("error: session `s2` has no call `g2`, did you mean `g1`?\n");
    expect((await named("--session", "s3")).err).toContain("the trace has no call in session `s3`, did you mean");
  });

  it("shows people both as tables", async () => {
    const { out, err } = await asPerson(["explain", "--policy", desk], traceOf(opening, get, got));
    expect(out).toBe("");
    expect(err).toContain("call      crm.get (g1 in session s1)\ndecision  allow\n");
    expect(err).toMatch(
      /\nresult +redact\nrules +least-data\ncontent +\{"id":1\}\n\nline +rule +says +match +when\n\d+ +least-data +keep +yes +always\n$/,
    );
  });

  it("tells people that nothing is from the user where the app observed nothing", async () => {
    const unheard = await asPerson(["explain", "--policy", desk], traceOf(opening, mail("bob@example.com")));
    expect(unheard.err).toContain("note: session `s1` has no user message, so nothing in it is from the user");
    const said = { session: "s1", message: { role: "user", content: "write to bob@example.com" } };
    const heard = await asPerson(["explain", "--policy", desk], traceOf(opening, said, mail("bob@example.com")));
    expect(heard.err).not.toContain("note:");
  });

  it("needs a call", async () => {
    expect(await explain()).toMatchObject({ code: 2, out: "", err: "error: the trace has no call that could be explained\n" });
  });
});
