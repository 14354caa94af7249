import { refusalText, takeNativeAnswer, type Identity } from "@sallyport/core";
import type { AskedCall, Bench, Refused } from "./bench.ts";
import type { Answer } from "./native-answer.ts";
import { parseInput } from "./to-call.ts";

/** Lets answers count as verdicts, where the app says whose they are; resolves to whether it did. */
export async function takeAnswers(
  by: ReadonlyMap<string, Answer>,
  calls: readonly AskedCall[],
  refused: Refused,
  bench: Bench,
): Promise<boolean> {
  try {
    const approver = await bench.answering?.approver();
    if (approver === undefined) return false;
    for (const call of calls) {
      const answer = by.get(call.approval.id);
      if (answer !== undefined) await takeAnswer(answer, call, approver, bench);
    }
  } catch (error) {
    const reason = refusalText(error, bench.onFault);
    for (const call of calls) refused.set(call, reason);
  }
  return true;
}

async function takeAnswer(answer: Answer, { native, approval }: AskedCall, approver: Identity, { approvals, tools }: Bench): Promise<void> {
  const seen = answer.digest === undefined ? {} : { digest: answer.digest };
  if (answer.kind === "no") {
    const reason = answer.reason === undefined ? {} : { reason: answer.reason };
    await takeNativeAnswer(approvals, approval.id, { decision: "deny", approver, ...reason, ...seen });
    return;
  }
  const tool = tools.find(native.name);
  const edit = answer.args === undefined ? undefined : tool === undefined ? { parsed: answer.args } : await parseInput(tool, answer.args);
  // an edit that the tool's own schema refuses is none
  if (answer.args !== undefined && edit === undefined) return;
  await takeNativeAnswer(approvals, approval.id, {
    decision: "approve",
    approver,
    ...(edit === undefined ? {} : { args: edit.parsed }),
    ...seen,
  });
}
