import { refusalText, takeNativeAnswer, type Identity, type Resolution } from "@sallyport/core";
import type { AskedCall, Bench, Refused } from "./bench.ts";
import type { Answer } from "./native-answer.ts";
import { parseInput } from "./to-call.ts";

/** Lets answers count as verdicts; resolves to those that did not and why, or to undefined where the app does not say whose they are. */
export async function takeAnswers(
  by: ReadonlyMap<string, Answer>,
  calls: readonly AskedCall[],
  refused: Refused,
  bench: Bench,
): Promise<ReadonlyMap<AskedCall, string> | undefined> {
  const ignored = new Map<AskedCall, string>();
  try {
    const approver = await bench.answering?.approver();
    if (approver === undefined) return undefined;
    for (const call of calls) {
      const answer = by.get(call.approval.id);
      const resolution = answer && (await takeAnswer(answer, call, approver, bench));
      if (resolution?.status === "ignored") ignored.set(call, resolution.reason ?? "it did not count");
    }
  } catch (error) {
    const reason = refusalText(error, bench.onFault);
    for (const call of calls) refused.set(call, reason);
  }
  return ignored;
}

const UNBOUND =
  "it does not say what it answers: resume by the id of the pause, `new Command({ resume: { [interrupt.id]: value } })`, or send its `sallyport` back";

async function takeAnswer(
  answer: Answer,
  { native, approval }: AskedCall,
  approver: Identity,
  { approvals, answering, tools }: Bench,
): Promise<Pick<Resolution, "status" | "reason">> {
  const seen = answer.digest === undefined ? {} : { digest: answer.digest };
  if (answer.kind === "no") {
    const reason = answer.reason === undefined ? {} : { reason: answer.reason };
    return takeNativeAnswer(approvals, approval.id, { decision: "deny", approver, ...reason, ...seen });
  }
  // a bare yes goes to every pause that there is, also to one that nobody was shown
  if (answer.digest === undefined && answering?.fresh?.byId !== true) return { status: "ignored", reason: UNBOUND };
  const tool = tools.find(native.name);
  const edit = answer.args === undefined ? undefined : tool === undefined ? { parsed: answer.args } : await parseInput(tool, answer.args);
  if (answer.args !== undefined && edit === undefined)
    return { status: "ignored", reason: `the args do not fit the schema of \`${native.name}\`` };
  return takeNativeAnswer(approvals, approval.id, {
    decision: "approve",
    approver,
    ...(edit === undefined ? {} : { args: edit.parsed }),
    ...seen,
  });
}
