import type { Approval, Approvals, Resolution, Verdict } from "../gate/contract.ts";
import { canonical } from "../json/canonical.ts";
import { copyJson } from "../json/copy.ts";

/** A call as a framework's own page showed it. */
interface Shown {
  readonly tool?: unknown;
  readonly args?: unknown;
}

/**
 * Takes the answer that a human gave in a framework's own page as the verdict of an approver, whom the host app has
 * authenticated. Only what was looked at can be answered: without the approval's `digest` such a page showed the call as the
 * framework keeps it (`shown`: its tool and its args, as far as they can be had), so the answer counts for nothing where another
 * tool or other args would run. Rejects like `resolve`.
 */
export async function takeNativeAnswer(approvals: Approvals, id: string, verdict: Verdict, shown: Shown = {}): Promise<Resolution> {
  const approval = await approvals.get(id);
  if (approval === undefined) return approvals.resolve(id, verdict);
  const { rules, call, edited, edit } = approval;
  if ("tool" in shown && shown.tool !== call.tool) return { status: "ignored", rules, reason: "another tool would run than was shown" };
  if (verdict.digest !== undefined) return approvals.resolve(id, verdict);
  if (edited || edit !== undefined || (shown.args !== undefined && !isShown(approval, shown.args)))
    return { status: "ignored", rules, reason: "other args would run than were shown" };
  return approvals.resolve(id, { ...verdict, digest: approval.digest });
}

function isShown({ call: { args } }: Approval, shown: unknown): boolean {
  const copy = copyJson(shown);
  return copy.ok && args !== null && canonical(copy.value) === canonical(args);
}
