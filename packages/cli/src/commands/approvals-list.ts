import { openApprovals, type Approval } from "@sallyport/core";
import type { Command } from "../command/command.ts";
import { withStore } from "../files/open-store.ts";
import { paintOf, type Style } from "../print/style.ts";
import { formatTable } from "../print/table.ts";
import { brief, visible } from "../print/visible.ts";

/** Lists what waits for a human. */
export const approvalsList: Command = {
  name: "approvals list",
  says: "the approvals that are pending in a store",
  options: {
    store: { says: "the app's store", value: "FILE", required: true },
    all: { says: "also those that were approved, denied or expired" },
    tenant: { says: "of this tenant only", value: "ID" },
    principal: { says: "of this principal only", value: "ID" },
    json: { says: "JSON on stdout also where a person looks" },
  },
  help: "A table where a person looks, else one JSON object an approval.",
  async run(input, io) {
    const [tenant, principal] = [input.text("tenant"), input.text("principal")];
    const query = {
      ...(input.flag("all") ? {} : { status: "pending" as const }),
      ...(tenant === undefined ? {} : { tenant }),
      ...(principal === undefined ? {} : { principal }),
    };
    const approvals = await withStore(input.required("store"), "read", (store) => openApprovals(store).list(query));
    if (input.flag("json") || io.reader === "program")
      await io.stdout.write(approvals.map((approval) => `${JSON.stringify(approval)}\n`).join(""));
    else await io.stderr.write(approvals.length === 0 ? "nothing is pending\n" : format(approvals, io.style));
    return 0;
  },
};

function format(approvals: readonly Approval[], style: Style): string {
  const head = ["id", "status", "principal", "tool", "args", "rules", "expires"].map((text) => ({ text, paint: style.faint }));
  const rows = approvals.map(({ id, status, principal, call, rules, expiresAt }) => [
    id,
    { text: status, paint: paintOf(style, status) },
    visible(principal),
    visible(call.tool),
    brief(visible(JSON.stringify(call.args)), 60),
    rules.map(visible).join(", "),
    expiresAt ?? "never",
  ]);
  return formatTable([head, ...rows]);
}
