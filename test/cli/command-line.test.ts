import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { POLICY } from "./policy.ts";
import { folderOf, linesOf, sallyport, traceOf } from "./run.ts";

const folder = folderOf({
  "desk.yaml": POLICY,
  "bad.yaml": "version: 1\nname: x\nrules:\n  - { id: a, decide: alow }\n",
  "latin.yaml": "",
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
    [["approvals", "show", "--store", "x"], "ID is missing"],
    [["check"], "name the policy files to check, or `--schema`"],
    [["init"], "`init` is not supported yet"],
    [["import", "x"], "`import` is not supported yet"],
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

describe("check", () => {
  it("says nothing on stdout and 0 where all is well", async () => {
    const { code, out, err } = await sallyport(["check", desk]);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toMatch(/desk\.yaml +desk +5 +10 +1\n/);
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

  it("needs a call", async () => {
    expect(await explain()).toMatchObject({ code: 2, out: "", err: "error: the trace has no call that could be explained\n" });
  });
});
