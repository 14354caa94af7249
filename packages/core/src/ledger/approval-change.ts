import type { LedgerRecord } from "./record.ts";

/** What a record does to the index of approvals. */
export type ApprovalChange =
  | { readonly kind: "opens"; readonly id: string; readonly tenant: string; readonly principal: string; readonly expiresAt: number | null }
  | { readonly kind: "closes"; readonly id: string };

/**
 * What a record does to the index of approvals that every store keeps: `approval.requested` (its state has `approval`,
 * `tenant`, `principal` and `expiresAt`) opens an entry, or opens it again, `approval.settled` (its state has `approval`) closes it; others do nothing.
 */
export function approvalChange(record: LedgerRecord): ApprovalChange | undefined {
  const { approval, tenant, principal, expiresAt } = record.state;
  if (typeof approval !== "string") return undefined;
  switch (record.type) {
    case "approval.requested":
      return {
        kind: "opens",
        id: approval,
        tenant: nameOf(tenant),
        principal: nameOf(principal),
        expiresAt: typeof expiresAt === "number" ? expiresAt : null,
      };
    case "approval.settled":
      return { kind: "closes", id: approval };
    default:
      return undefined;
  }
}

function nameOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
