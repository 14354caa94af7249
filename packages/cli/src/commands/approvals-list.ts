import { openApprovals, type Approval } from "@sallyport/core";
import { formatAsked } from "../approvals/asked.ts";
import type { Command } from "../command/command.ts";
import { withStore } from "../files/open-store.ts";
import { paintOf, type Style } from "../print/style.ts";
import { formatTable } from "../print/table.ts";
import { brief, visible } from "../print/visible.ts";

/** How many characters of a text are shown. */
const SHOWN = 60;

/** Lists what waits for a human. */
export const approvalsList: Command = {
  name: "approvals list",
  says: "the approvals that are pending in a store",
  options: {
    store: { says: "the app's store", value: "FILE", required: true },
    all: { says: "also those that were approved or denied, expired or were withdrawn" },
    tenant: { says: "of this tenant only", value: "ID" },
    principal: { says: "of this principal only", value: "ID" },
    json: { says: "JSON on stdout also where a person looks" },
  },
  help: `
A table where a person looks, with a line for every rule that asks; else one JSON object an approval. \`withdrawn\`: the
policy stopped asking, and the call ran without it.`,
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

/** One row an approval; below it what asks, and what became of it. */
function format(approvals: readonly Approval[], style: Style): string {
  const head = ["id", "status", "principal", "tool", "args", "expires"].map((text) => ({ text, paint: style.faint }));
  const rows = approvals.map(({ id, status, principal, call, expiresAt }) => [
    id,
    { text: status, paint: paintOf(style, status) },
    visible(principal),
    visible(call.tool),
    shownArgs(call.args),
    expiresAt ?? "never",
  ]);
  const [first = "", ...lines] = formatTable([head, ...rows])
    .trimEnd()
    .split("\n");
  const blocks = approvals.map((approval, index) => `${lines[index] ?? ""}\n${formatAsked(approval, SHOWN)}${formatRest(approval)}`);
  return `${first}\n${blocks.join("")}`;
}

function formatRest({ edit, refusal = "" }: Approval): string {
  const edited = edit === undefined ? "" : `  edit by ${visible(edit.approver)}, not decided on yet: ${shownArgs(edit.args)}\n`;
  return `${edited}${refusal === "" ? "" : `  refusal: ${brief(visible(refusal), SHOWN)}\n`}`;
}

function shownArgs(args: Approval["call"]["args"]): string {
  return brief(visible(JSON.stringify(args)), SHOWN);
}
