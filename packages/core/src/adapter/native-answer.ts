import type { Approval, Approvals, Resolution, Verdict } from "../gate/contract.ts";
import { canonical } from "../json/canonical.ts";
import { copyJson } from "../json/copy.ts";

/**
 * Takes the answer that a human gave in a framework's own page as the verdict of an approver, whom the host app has
 * authenticated. Only what was looked at can be answered: without the approval's `digest` such a page showed the call as the
 * framework keeps it (`shown`, its args, where they can be had), so the answer counts for nothing where other args would run.
 * Rejects like `resolve`.
 */
export async function takeNativeAnswer(approvals: Approvals, id: string, verdict: Verdict, shown?: unknown): Promise<Resolution> {
  if (verdict.digest !== undefined) return approvals.resolve(id, verdict);
  const approval = await approvals.get(id);
  if (approval === undefined) return approvals.resolve(id, verdict);
  if (approval.edited || approval.edit !== undefined || (shown !== undefined && !isShown(approval, shown)))
    return { status: "ignored", rules: approval.rules, reason: "other args would run than were shown" };
  return approvals.resolve(id, { ...verdict, digest: approval.digest });
}

function isShown({ call: { args } }: Approval, shown: unknown): boolean {
  const copy = copyJson(shown);
  return copy.ok && args !== null && canonical(copy.value) === canonical(args);
}
