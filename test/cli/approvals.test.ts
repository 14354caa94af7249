import { describe, expect, it } from "vitest";
import { appOf, type App } from "./app.ts";
import { asPerson, linesOf, sallyport } from "./run.ts";

const lea = '{"id":"lea","roles":["lead"]}';
const mail = { to: "eve@evil.example", body: "hi" };

async function pending(): Promise<{ readonly app: App; readonly id: string }> {
  const app = await appOf();
  const outcome = await app.call("c1", "send_email", mail);
  if (outcome.status !== "pending") throw new Error(outcome.status);
  return { app, id: outcome.approval.id };
}

describe("approvals", () => {
  it("lists and shows what waits", async () => {
    const { app, id } = await pending();
    const list = await sallyport(["approvals", "list", "--store", app.file]);
    expect({ code: list.code, err: list.err }).toEqual({ code: 0, err: "" });
    expect(linesOf(list.out)).toMatchObject([
      { id, status: "pending", call: { id: "c1", tool: "send_email", args: mail }, rules: ["external-email"], editable: ["args.body"] },
    ]);
    const show = await sallyport(["approvals", "show", id, "--store", app.file]);
    expect(linesOf(show.out)).toEqual(linesOf(list.out));
    expect(linesOf((await sallyport(["approvals", "list", "--store", app.file, "--principal", "bob"])).out)).toEqual([]);
  });

  it("approves: the app's call runs, once, with these args", async () => {
    const { app, id } = await pending();
    const { code, out } = await sallyport(["approvals", "approve", id, "--store", app.file, "--as", lea, "--reason", "fine"]);
    expect({ code, answer: linesOf(out) }).toEqual({ code: 0, answer: [{ approval: id, status: "approved", rules: [] }] });
    expect(await app.call("c1", "send_email", mail)).toMatchObject({ status: "completed", result: "done" });
  });

  it("approves an edit, which the app decides on", async () => {
    const { app, id } = await pending();
    const edited = { ...mail, body: "ho" };
    const { code, err } = await sallyport(["approvals", "approve", id, "--store", app.file, "--as", lea, "--args", JSON.stringify(edited)]);
    expect(code).toBe(0);
    expect(err).toContain("the edit waits for the app");
    expect(await app.call("c1", "send_email", mail)).toMatchObject({ status: "completed", decision: { args: edited } });
  });

  it("shows who has approved, and what an answer did", async () => {
    const app = await appOf();
    const outcome = await app.call("c1", "drop", { table: "users", rows: 50 });
    if (outcome.status !== "pending") throw new Error(outcome.status);
    const { id } = outcome.approval;
    const answer = async (what: string, who: string, ...more: readonly string[]) =>
      asPerson(["approvals", what, id, "--store", app.file, "--as", who, ...more]);
    const [bob, cy] = ['{"id":"bob","roles":["sre"]}', '{"id":"cy"}'];
    expect(await answer("approve", bob)).toEqual({
      code: 0,
      out: "",
      err: "pending: `bob` counted, 1 of 2 for drops, 1 of 1 for big-drops\n",
    });
    expect((await answer("approve", bob)).err).toBe("pending: `bob` has approved already, 1 of 2 for drops, 1 of 1 for big-drops\n");
    const list = (await asPerson(["approvals", "list", "--store", app.file])).err.split("\n");
    expect(list[1]).toMatch(/^ap_\S+ +pending +ann +drop +\{"table":"users","rows":50\} +never$/);
    expect(list.slice(2)).toEqual([
      '  drops      1 of 2 (bob)  by: "sre" in approver.roles',
      "  big-drops  1 of 1 (bob)  by: anyone of the tenant",
      "",
    ]);
    expect((await answer("approve", cy, "--args", '{"table":"logs","rows":50}')).err).toBe(
      "ignored: `args.table` may not be edited; `args` are all the args that are to run\n",
    );
    expect((await answer("deny", cy, "--reason", "not today")).err).toBe("denied: the call will not run\n");
    const show = (await asPerson(["approvals", "show", id, "--store", app.file])).err;
    expect(show).toMatch(/\nstatus +denied\nrefusal +not today\n/);
    expect(show).toContain('\nasks\n  drops      1 of 2 (bob)  by: "sre" in approver.roles\n');
    expect((await asPerson(["approvals", "list", "--all", "--store", app.file])).err).toContain("\n  refusal: not today\n");
  });

  it("shows an edit that nobody has decided on", async () => {
    const { app, id } = await pending();
    const edit = ["--args", JSON.stringify({ ...mail, body: "ho" })];
    const approve = async (...more: readonly string[]) => asPerson(["approvals", "approve", id, "--store", app.file, "--as", lea, ...more]);
    expect((await approve(...edit)).err).toBe(
      "pending: the edit waits for the app, which decides on it when it asks again or looks at it\n",
    );
    expect((await approve()).err).toBe("ignored: an edit by `lea` waits to be decided on first\n");
    expect((await asPerson(["approvals", "list", "--store", app.file])).err).toContain(
      '\n  edit by lea, not decided on yet: {"to":"eve@evil.example","body":"ho"}\n',
    );
    expect((await asPerson(["approvals", "show", id, "--store", app.file])).err).toContain(
      '\nedit by lea, not decided on yet\n  {\n    "to": "eve@evil.example",\n    "body": "ho"\n  }\n',
    );
  });

  it("takes the same args again as an approval, not as an edit", async () => {
    const { app, id } = await pending();
    const { err } = await sallyport(["approvals", "approve", id, "--store", app.file, "--as", lea, "--args", JSON.stringify(mail)]);
    expect(err).toBe("approved: the call may run, with exactly these args, when the app asks for it again\n");
  });

  it("denies, and says so to whoever comes later", async () => {
    const { app, id } = await pending();
    expect(await sallyport(["approvals", "deny", id, "--store", app.file, "--as", lea])).toMatchObject({ code: 0 });
    expect(await app.call("c1", "send_email", mail)).toMatchObject({ status: "denied" });
    const late = await sallyport(["approvals", "approve", id, "--store", app.file, "--as", lea]);
    expect(late).toMatchObject({ code: 1, err: "ignored: nothing is pending: it is denied\n" });
    expect(linesOf(late.out)).toEqual([{ approval: id, status: "ignored", rules: [], reason: "nothing is pending" }]);
    expect(linesOf((await sallyport(["approvals", "list", "--store", app.file])).out)).toEqual([]);
    expect(linesOf((await sallyport(["approvals", "list", "--store", app.file, "--all"])).out)).toMatchObject([{ id, status: "denied" }]);
  });

  it.each([
    ["an approver who does not count", '{"id":"kim"}', [], "ignored: `by` does not let `kim` answer\n"],
    ["the principal", '{"id":"ann","roles":["lead"]}', [], "ignored: `by` does not let `ann` answer\n"],
    [
      "an edit of what is not editable",
      lea,
      ["--args", '{"to":"bob@evil.example","body":"hi"}'],
      "ignored: `args.to` may not be edited; `args` are all the args that are to run\n",
    ],
    [
      "an answer to something else than was seen",
      lea,
      ["--digest", "0".repeat(64)],
      "ignored: the call was edited since it was looked at\n",
    ],
  ])("ignores %s", async (_, as, more, says) => {
    const { app, id } = await pending();
    const { code, err } = await sallyport(["approvals", "approve", id, "--store", app.file, "--as", as, ...more]);
    expect(code).toBe(1);
    expect(err).toContain(says);
    expect(await app.call("c1", "send_email", mail)).toMatchObject({ status: "pending" });
  });

  it.each([
    ["an approver that is no JSON", ["--as", "lea"], "`--as` is no JSON"],
    ["an approver without an id", ["--as", "{}"], "`--as` needs a non-empty `id`"],
    ["no approver", [], "`--as JSON` is missing"],
    ["args with a key twice", ["--as", lea, "--args", '{"a":1,"a":2}'], "`--args` is no JSON"],
    ["args that are no object", ["--as", lea, "--args", "[]"], "`--args` is no JSON object"],
  ])("refuses %s", async (_, options, says) => {
    const { app, id } = await pending();
    const { code, out, err } = await sallyport(["approvals", "approve", id, "--store", app.file, ...options]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(says);
    const unknown = await sallyport(["approvals", "show", "ap_none", "--store", app.file]);
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining("there is no approval `ap_none`") });
  });
});
