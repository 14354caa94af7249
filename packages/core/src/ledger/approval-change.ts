import type { LedgerRecord } from "./record.ts";

/** What a record does to the index of approvals. */
export type ApprovalChange =
  | { readonly kind: "opens"; readonly id: string; readonly tenant: string; readonly principal: string }
  | { readonly kind: "closes"; readonly id: string };

/**
 * What a record does to the index of approvals that every store keeps: `approval.requested` (its state has `approval`,
 * `tenant` and `principal`) opens an entry, `approval.settled` (its state has `approval`) closes it; others do nothing.
 */
export function approvalChange(record: LedgerRecord): ApprovalChange | undefined {
  const { approval, tenant, principal } = record.state;
  if (typeof approval !== "string") return undefined;
  switch (record.type) {
    case "approval.requested":
      return { kind: "opens", id: approval, tenant: nameOf(tenant), principal: nameOf(principal) };
    case "approval.settled":
      return { kind: "closes", id: approval };
    default:
      return undefined;
  }
}

function nameOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
