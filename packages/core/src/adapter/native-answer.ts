import type { Approval, Approvals, Resolution, SessionInit, Verdict } from "../gate/contract.ts";
import { canonical } from "../json/canonical.ts";
import { copyJson } from "../json/copy.ts";

/** A call as a framework's own page showed it. */
interface Shown {
  /** the session that the page was about: an id that came with messages or a state may be that of another one's approval */
  readonly session?: Pick<SessionInit, "id" | "principal">;
  /** the id of the call, where the framework keeps it as it was proposed */
  readonly call?: unknown;
  readonly tool?: unknown;
  readonly args?: unknown;
}

/**
 * Takes the answer that a human gave in a framework's own page as the verdict of an approver, whom the host app has
 * authenticated. Only what was looked at can be answered: without the approval's `digest` such a page showed the call as the
 * framework keeps it (`shown`: its tool and its args, as far as they can be had), so the answer counts for nothing where another
 * tool or other args would run, or in another session. Rejects like `resolve`.
 */
export async function takeNativeAnswer(approvals: Approvals, id: string, verdict: Verdict, shown: Shown = {}): Promise<Resolution> {
  const approval = await approvals.get(id);
  if (approval === undefined) return approvals.resolve(id, verdict);
  const { rules, call, edited, edit } = approval;
  if ("session" in shown && !isOf(approval, shown.session))
    return { status: "ignored", rules, reason: "it is asked for in another session" };
  if ("call" in shown && shown.call !== call.id) return { status: "ignored", rules, reason: "another call would run than was shown" };
  if ("tool" in shown && shown.tool !== call.tool) return { status: "ignored", rules, reason: "another tool would run than was shown" };
  if (verdict.digest !== undefined) return approvals.resolve(id, verdict);
  if (edited || edit !== undefined || (shown.args !== undefined && !isShown(approval, shown.args)))
    return { status: "ignored", rules, reason: "other args would run than were shown" };
  return approvals.resolve(id, { ...verdict, digest: approval.digest });
}

function isOf(approval: Approval, session: Shown["session"]): boolean {
  return session !== undefined && approval.session === session.id && approval.tenant === (session.principal.tenant ?? "");
}

function isShown({ call: { args } }: Approval, shown: unknown): boolean {
  const copy = copyJson(shown);
  return copy.ok && args !== null && canonical(copy.value) === canonical(args);
}
