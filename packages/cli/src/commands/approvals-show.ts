import { openApprovals, SallyportError, type Approval, type JsonObject } from "@sallyport/core";
import { formatAsked } from "../approvals/asked.ts";
import type { Command } from "../command/command.ts";
import { withStore } from "../files/open-store.ts";
import { formatOrigins } from "../print/origins.ts";
import { paintOf, type Style } from "../print/style.ts";
import { formatTable } from "../print/table.ts";
import { visible } from "../print/visible.ts";

/** Shows one approval: what exactly would run. */
export const approvalsShow: Command = {
  name: "approvals show",
  says: "one approval: the call with its args, the rules that ask, who has approved, what may be edited",
  operands: { name: "ID", least: 1, most: 1 },
  options: {
    store: { says: "the app's store", value: "FILE", required: true },
    json: { says: "JSON on stdout also where a person looks" },
  },
  async run(input, io) {
    const id = input.operand();
    const approval = await withStore(input.required("store"), "read", (store) => openApprovals(store).get(id));
    if (approval === undefined)
      throw new SallyportError("invalid-input", `there is no approval \`${id}\`; \`sallyport approvals list\` names them`);
    if (input.flag("json") || io.reader === "program") await io.stdout.write(`${JSON.stringify(approval)}\n`);
    else await io.stderr.write(format(approval, io.style));
    return 0;
  },
};

function format(approval: Approval, style: Style): string {
  const { id, status, session, tenant, principal, agent, call, digest, reason, refusal = "", edit, editable } = approval;
  const facts = [
    ["approval", id],
    ["status", { text: status, paint: paintOf(style, status) }],
    ...(refusal === "" ? [] : [["refusal", visible(refusal)]]),
    ["reason", visible(reason)],
    ["tool", { text: visible(call.tool), paint: style.strong }],
    ["principal", visible(tenant === "" ? principal : `${principal} of ${tenant}`)],
    ["agent", visible(agent)],
    ["session", visible(`${session} (call ${call.id})`)],
    ["editable", editable.map(visible).join(", ") || "nothing"],
    ["asked", approval.requestedAt],
    ["expires", approval.expiresAt ?? "never"],
    ["digest", digest],
  ];
  const edited = edit === undefined ? "" : `edit by ${visible(edit.approver)}, not decided on yet\n${formatArgs(edit.args)}`;
  return `${formatTable(facts)}asks\n${formatAsked(approval)}args\n${formatArgs(call.args)}${formatOrigins(approval.origins)}${edited}`;
}

/** Line by line, so that a line break in a text cannot pass for one of ours. */
function formatArgs(args: JsonObject | null): string {
  const lines = JSON.stringify(args, null, 2).split("\n");
  return lines.map((line) => `  ${visible(line)}\n`).join("");
}
