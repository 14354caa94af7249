import { memberOf, type Approval } from "@sallyport/core";

/** What a human answered natively about one call. */
export type Answer =
  | { readonly kind: "yes"; readonly args?: unknown; readonly digest?: string }
  | { readonly kind: "no"; readonly reason?: string; readonly digest?: string };

/** What a run was resumed with: a wake-up that answers nothing, an answer for each approval, or neither. */
export type Answers =
  | { readonly kind: "wake" }
  | { readonly kind: "answers"; readonly by: ReadonlyMap<string, Answer> }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Reads a resume value against the approvals that it may be about: by position, and only where the counts match. */
export function readAnswers(value: unknown, ...candidates: readonly (readonly Approval[])[]): Answers {
  if (value === true) return { kind: "wake" };
  const decisions = listIn(value, "decisions");
  const approvals = candidates.find(({ length }) => length === decisions?.length);
  if (decisions === undefined || approvals === undefined) return unreadable(candidates.at(-1)?.length ?? 0);
  const echoes = listIn(value, "sallyport");
  const by = new Map<string, Answer>();
  for (const [at, approval] of approvals.entries()) {
    const echo = echoes?.[at];
    const answer = readAnswer(decisions[at], approval, textIn(echo, "digest"));
    if (answer === undefined || (echoes !== undefined && textIn(echo, "approval") !== approval.id)) return unreadable(approvals.length);
    by.set(approval.id, answer);
  }
  return { kind: "answers", by };
}

function unreadable(count: number): Answers {
  const expected = `{ decisions: [${count === 1 ? "one" : `${count}, in the order of the request`}] } of type approve, edit (of the same tool) or reject`;
  return {
    kind: "unreadable",
    reason: `not run: what the run was resumed with is no verdict: expected ${expected}; do not retry this call`,
  };
}

function readAnswer(decision: unknown, { call }: Approval, digest: string | undefined): Answer | undefined {
  const seen = digest === undefined ? {} : { digest };
  switch (memberOf(decision, "type")) {
    case "approve":
      return { kind: "yes", ...seen };
    case "edit": {
      const edited = memberOf(decision, "editedAction") ?? memberOf(decision, "edited_action");
      const args = memberOf(edited, "args");
      // another tool is another call: nobody was asked about it
      return textIn(edited, "name") === call.tool && args !== undefined ? { kind: "yes", args, ...seen } : undefined;
    }
    case "reject":
    case "respond": {
      const reason = textIn(decision, "message");
      return { kind: "no", ...(reason === undefined ? {} : { reason }), ...seen };
    }
    default:
      return undefined;
  }
}

function listIn(value: unknown, key: string): readonly unknown[] | undefined {
  const list = memberOf(value, key);
  return Array.isArray(list) ? list : undefined;
}

function textIn(value: unknown, key: string): string | undefined {
  const text = memberOf(value, key);
  return typeof text === "string" ? text : undefined;
}
