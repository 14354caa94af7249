import type { Approval } from "@sallyport/core";
import { formatTable } from "../print/table.ts";
import { brief, visible } from "../print/visible.ts";

type Asked = Approval["asked"][number];

/** Every rule that asks: how many approvals of how many it has, from whom, and who may answer; `width` are the columns for that. */
export function formatAsked({ asked }: Approval, width: number = Number.POSITIVE_INFINITY): string {
  return formatTable(
    asked.map((one) => {
      const by = one.by === undefined ? "anyone of the tenant" : brief(visible(one.by), width);
      const approvers = one.approvers.length === 0 ? "" : ` (${one.approvers.map(visible).join(", ")})`;
      return [`  ${visible(one.rule)}`, `${countOf(one)}${approvers}`, `by: ${by}`];
    }),
  );
}

/** How far a rule that asks is: `1 of 2`. */
export function countOf({ approvers, quorum }: Asked): string {
  return `${approvers.length} of ${quorum}`;
}
