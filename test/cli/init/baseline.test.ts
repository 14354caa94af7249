import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderOf, sallyport } from "../run.ts";
import { policyFor } from "./kit.ts";

const text = { type: "string" };
const texts = { type: "array", items: text };

function tool(name: string, properties: Readonly<Record<string, unknown>> = {}, required: readonly string[] = Object.keys(properties)) {
  return { name, description: "", inputSchema: { type: "object", properties, required } };
}

const TOOLS = [
  tool("read_inbox"),
  tool("send_mail", { to: texts, body: text, cc: texts }, ["to", "body"]),
  tool("find_contact", { name: text }),
  tool("get_balance"),
  tool("get_employee_record", { employee: text }),
  tool("refund_charge", { charge: text }),
  tool("fetch_page", { url: text }),
  tool("web_search", { query: text }),
  tool("save_note", { text }),
  tool("update_profile", { street: text }),
  tool("set_heating", { temperature: { type: "number" } }),
  tool("delete_document", { document_id: text }),
  tool("unlock_door"),
  tool("share_document", { document_id: text, email: text }),
  tool("merge_pull_request", { owner: text, repo: text, pull_number: { type: "integer" } }),
  tool("move_meeting", { meeting: text, slot: text, seats: { type: "integer" } }),
  tool("frobnicate", { thing: text }),
];

/** A team's chat stands in a list of its own: mail beside it would make its channels doubtful. */
const CHAT = [
  tool("list_channels"),
  tool("read_channel", { channel: text }),
  tool("send_channel_message", { channel: text, body: text }),
  tool("send_direct_message", { recipient: text, body: text }),
];

it("does what its cases say", async () => {
  const [own, chat] = [policyFor(JSON.stringify(TOOLS)), policyFor(JSON.stringify(CHAT))];
  const catalog = chat.slice(chat.indexOf("tools:\n") + "tools:\n".length, chat.indexOf("\ndefaults:"));
  const folder = folderOf({
    "policy.yaml": own.replace("tools:\n", () => `tools:\n${catalog}`),
    "policy.test.yaml": readFileSync(new URL("baseline-cases.yaml", import.meta.url), "utf8"),
  });
  const { code, out, err } = await sallyport(["test", join(folder, "policy.test.yaml")]);
  expect({ code, failures: code === 0 ? "" : `${out}${err}` }).toEqual({ code: 0, failures: "" });
});
