import { openApprovals, SallyportError, type Approval } from "@sallyport/core";
import type { Command } from "../command/command.ts";
import { withStore } from "../files/open-store.ts";
import { paintOf, type Style } from "../print/style.ts";
import { formatTable } from "../print/table.ts";
import { visible } from "../print/visible.ts";

/** Shows one approval: what exactly would run. */
export const approvalsShow: Command = {
  name: "approvals show",
  says: "one approval: the call with its args, the rules that ask, what may be edited",
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

function format(
  { id, status, session, tenant, principal, agent, call, digest, rules, reason, editable, requestedAt, expiresAt }: Approval,
  style: Style,
): string {
  const facts = [
    ["approval", id],
    ["status", { text: status, paint: paintOf(style, status) }],
    ["reason", visible(reason)],
    ["rules", rules.map(visible).join(", ") || "none is open"],
    ["tool", { text: visible(call.tool), paint: style.strong }],
    ["principal", visible(tenant === "" ? principal : `${principal} of ${tenant}`)],
    ["agent", visible(agent)],
    ["session", visible(`${session} (call ${call.id})`)],
    ["editable", editable.map(visible).join(", ") || "nothing"],
    ["asked", requestedAt],
    ["expires", expiresAt ?? "never"],
    ["digest", digest],
  ];
  // line by line, so that a line break in a text cannot pass for one of ours
  const args = JSON.stringify(call.args, null, 2)
    .split("\n")
    .map((line) => `  ${visible(line)}\n`);
  return `${formatTable(facts)}args\n${args.join("")}`;
}
