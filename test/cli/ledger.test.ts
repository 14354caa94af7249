import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { appOf, type App } from "./app.ts";
import { verifyStore } from "../../packages/cli/src/ledger/verify.ts";
import { memoryStore, SallyportError, type ListableStore } from "../../packages/core/src/index.ts";
import { asPerson, linesOf, sallyport } from "./run.ts";

const mail = { to: "eve@evil.example", body: "hi" };

/** An app in which some calls ran, one was denied, one waits and one was approved. */
async function used(): Promise<App> {
  const app = await appOf();
  await app.call("c1", "crm.get", { id: 1 }, { id: 1, ssn: "x" });
  await app.call("c2", "note", { size: 50, flag: true });
  await app.call("c3", "unknown", {});
  await app.call("c4", "note", { size: Number.NaN });
  await app.call("c5", "refund", { amount: 60 });
  const outcome = await app.call("c6", "send_email", mail);
  if (outcome.status === "pending")
    await app.gate.approvals.resolve(outcome.approval.id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });
  await app.call("c6", "send_email", mail);
  await app.call("c7", "note", { secret: true });
  return app;
}

describe("ledger export", () => {
  it("writes a trace that replay reads and that gives the same decisions", async () => {
    const app = await used();
    const { code, out, err } = await sallyport(["ledger", "export", "--store", app.file]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const replayed = await sallyport(["replay", "--policy", app.policy], { input: out });
    expect({ code: replayed.code, err: replayed.err }).toEqual({ code: 0, err: "" });
    const recorded = (await app.store.read("session//s1", 0)).filter(({ type }) => type === "call.proposed");
    const decided = linesOf(replayed.out).filter(({ call }) => call !== undefined);
    expect(decided.map(({ call, decision, rules, labels }) => ({ call, decision, rules, labels }))).toEqual(
      recorded.map(({ state: { call, decision, rules, labels } }) => ({ call, decision, rules, labels })),
    );
    expect(decided.map(({ decision }) => decision)).toEqual([
      "allow",
      "allow",
      "deny",
      "deny",
      "require_approval",
      "require_approval",
      "deny",
    ]);
  });

  it("leaves out what people said and got with --redacted, and says that it cannot be replayed", async () => {
    const app = await used();
    const { code, out, err } = await sallyport(["ledger", "export", "--redacted", "--store", app.file]);
    expect(code).toBe(0);
    expect(err).toContain("this trace cannot be replayed");
    expect(out).not.toContain("evil");
    expect(out).not.toContain("managed");
    expect(out).toContain('"call":{"id":"c6","tool":"send_email","args":"[redacted]"}');
    const replayed = await sallyport(["replay", "--policy", app.policy], { input: out });
    expect(replayed).toMatchObject({
      code: 2,
      out: "",
      err: "error: line 1: this trace was redacted when it was exported; it cannot be replayed\n",
    });
  });

  it("says the same where payloads were erased", async () => {
    const app = await used();
    await app.store.erase("session//s1", 1);
    const { out } = await sallyport(["ledger", "export", "--store", app.file]);
    expect(linesOf(out)[0]).toMatchObject({ redacted: true });
    expect(out).toContain("evil");
  });
});

describe("ledger verify", () => {
  it("prints the heads of what is sound, and finds them later", async () => {
    const app = await used();
    const first = await sallyport(["ledger", "verify", "--store", app.file]);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({ ok: true, broken: [], heads: [{ stream: "asks//ann" }, { stream: "session//s1" }] });
    const head = `${app.file}.heads.json`;
    writeFileSync(head, first.out);
    await app.call("c8", "note", {});
    expect(await sallyport(["ledger", "verify", "--store", app.file, "--head", head])).toMatchObject({ code: 0 });
  });

  it("names the first broken record of each stream", async () => {
    const app = await used();
    await app.call("c9", "refund", { amount: 10 });
    await app.store.close();
    const database = new DatabaseSync(app.file);
    database.exec(`UPDATE record SET state = replace(state, 'allow', 'deny') WHERE stream = 'session//s1' AND seq IN (2, 7)`);
    database.exec(`UPDATE record SET state = '{' WHERE stream LIKE 'limit/%'`);
    database.close();
    const { code, out, err } = await sallyport(["ledger", "verify", "--store", app.file]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      broken: [{ seq: null }, { stream: "session//s1", seq: 2 }],
      heads: [{ stream: "asks//ann" }],
    });
    expect(err).toContain("record 0 of `limit//refunds/%22ann%22` cannot be read; was the file changed?");
    expect(err).toContain("broken: record 2 of `session//s1`: its hash does not fit");
    expect(err).toContain("2 of 3 streams are broken");
  });

  it("finds a cut end and a missing stream with --head only", async () => {
    const app = await used();
    const { out } = await sallyport(["ledger", "verify", "--store", app.file]);
    const head = `${app.file}.heads.json`;
    const { heads, ...rest } = JSON.parse(out);
    writeFileSync(head, JSON.stringify({ ...rest, heads: [...heads, { stream: "session//gone", length: 3, hash: "0" }] }));
    await app.store.close();
    const database = new DatabaseSync(app.file);
    const { length } = heads.find(({ stream }: { stream: string }) => stream === "session//s1");
    database.exec(`DELETE FROM record WHERE stream = 'session//s1' AND seq = ${length - 1}`);
    const cut = await sallyport(["ledger", "verify", "--store", app.file]);
    expect(cut).toMatchObject({ code: 1, err: expect.stringContaining(`record ${length - 1} of \`session//s1\`: the end is cut`) });
    database.exec(
      `UPDATE head SET length = ${length - 1}, hash = (SELECT hash FROM record WHERE stream = 'session//s1' AND seq = ${length - 2}) WHERE stream = 'session//s1'`,
    );
    database.close();
    expect(await sallyport(["ledger", "verify", "--store", app.file])).toMatchObject({ code: 0 });
    const { code, err } = await sallyport(["ledger", "verify", "--store", app.file, "--head", head]);
    expect(code).toBe(1);
    expect(err).toContain(`record ${length - 1} of \`session//s1\`: the end is cut: ${length} records were there, ${length - 1} are`);
    expect(err).toContain("`session//gone`: the stream is missing: 3 records were there");
  });

  it("takes whatever cannot be read for a break", async () => {
    const store: ListableStore = {
      ...memoryStore(),
      streams: async () => ["a", "b"].map((stream) => ({ stream, length: 1, hash: "0" })),
      read: async (stream) => {
        throw stream === "a" ? new RangeError("nested too deeply") : new SallyportError("store-failed", "record 0 of `b` cannot be read");
      },
    };
    expect(await verifyStore(store, [], () => undefined)).toEqual({
      ok: false,
      records: 2,
      broken: [
        { stream: "a", seq: null, reason: "nested too deeply" },
        { stream: "b", seq: null, reason: "record 0 of `b` cannot be read" },
      ],
      heads: [],
    });
  });

  it("refuses heads that are none", async () => {
    const app = await used();
    expect(await sallyport(["ledger", "verify", "--store", app.file, "--head", app.policy])).toMatchObject({
      code: 2,
      err: expect.stringContaining("holds no heads"),
    });
  });
});

describe("ledger show", () => {
  it("prints every record, or those of one session", async () => {
    const app = await used();
    const own = await app.store.read("session//s1", 0);
    const all = linesOf((await sallyport(["ledger", "show", "--store", app.file])).out);
    expect(all.filter(({ stream }) => stream === "session//s1").map(({ seq }) => seq)).toEqual(own.map(({ seq }) => seq));
    expect(all.filter(({ stream }) => stream === "asks//ann")).toHaveLength(2);
    expect(linesOf((await sallyport(["ledger", "show", "--store", app.file, "--session", "s1"])).out)).toHaveLength(own.length);
  });

  it("says that nothing is recorded of a session", async () => {
    const app = await used();
    expect(await sallyport(["ledger", "show", "--store", app.file, "--session", "s2"])).toEqual({
      code: 0,
      out: "",
      err: "nothing is recorded of a session `s2`, did you mean `s1`?\n",
    });
  });

  it("prints one line a decision with --decisions, and what runs where a rule rewrote it", async () => {
    const app = await used();
    const outcome = await app.call("c8", "drop", { rows: 5 });
    if (outcome.status === "pending") await app.gate.approvals.resolve(outcome.approval.id, { decision: "deny", approver: { id: "kim" } });
    await app.call("c9", "drop", { rows: 11 });
    const { err } = await asPerson(["ledger", "show", "--decisions", "--store", app.file]);
    const rows = err.split("\n").map((line) =>
      line
        .split(/  +/)
        .slice(3)
        .join(" ")
        .replaceAll(/ap_\w+/g, "ap"),
    );
    expect(rows).toEqual([
      'call.proposed allow c1 crm.get [default:read] {"id":1}',
      'call.proposed allow c2 note [notes] +flagged {"size":10,"flag":true} (size was 50)',
      "call.proposed deny c3 unknown [default:unclassified, default:external] {}",
      "call.proposed deny c4 note [invalid-args]",
      'call.proposed require_approval c5 refund ap [two] {"amount":60}',
      'call.proposed require_approval c6 send_email ap [external-email] {"to":"eve@evil.example","body":"hi"}',
      "approval.verdict approve ap lea",
      'call.proposed deny c7 note [no-flag] {"secret":true}',
      'call.proposed require_approval c8 drop ap [drops] {"rows":5}',
      "approval.verdict deny ap kim (ignored)",
      'call.proposed require_approval c9 drop ap [drops, big-drops] (high) {"rows":11}',
      "",
    ]);
    const lines = linesOf((await sallyport(["ledger", "show", "--decisions", "--store", app.file])).out);
    expect(lines).toHaveLength(11);
  });

  it("goes on with --follow until it is interrupted", async () => {
    const app = await used();
    const main = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
    const child = spawn(process.execPath, [main, "ledger", "show", "--follow", "--store", app.file]);
    const seen: string[] = [];
    const shown = async (text: string): Promise<void> => {
      while (!seen.join("").includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => seen.push(text));
    await shown('"c7"');
    await app.call("c8", "note", {});
    await shown('"c8"');
    child.kill("SIGINT");
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    expect(seen.join("")).not.toContain("call.completed");
  });
});
