import { describe, expect, it } from "vitest";
import { appOf, type App } from "./app.ts";
import { linesOf, sallyport } from "./run.ts";

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

  it("denies, and says so to whoever comes later", async () => {
    const { app, id } = await pending();
    expect(await sallyport(["approvals", "deny", id, "--store", app.file, "--as", lea])).toMatchObject({ code: 0 });
    expect(await app.call("c1", "send_email", mail)).toMatchObject({ status: "denied" });
    const late = await sallyport(["approvals", "approve", id, "--store", app.file, "--as", lea]);
    expect(late).toMatchObject({ code: 1, err: "ignored: nothing is pending: it is denied\n" });
    expect(linesOf((await sallyport(["approvals", "list", "--store", app.file])).out)).toEqual([]);
    expect(linesOf((await sallyport(["approvals", "list", "--store", app.file, "--all"])).out)).toMatchObject([{ id, status: "denied" }]);
  });

  it.each([
    ["an approver who does not count", '{"id":"kim"}', [], "`kim` does not count for external-email"],
    ["the principal", '{"id":"ann","roles":["lead"]}', [], "`ann` does not count for external-email"],
    [
      "an edit of what is not editable",
      lea,
      ["--args", '{"to":"bob@evil.example","body":"hi"}'],
      "or the edit changes more than may be edited: args.body",
    ],
    ["an answer to something else than was seen", lea, ["--digest", "0".repeat(64)], "the call was edited since"],
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
