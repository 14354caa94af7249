import type { LedgerRecord } from "@sallyport/core";
import { objectsIn, textIn, textsIn } from "./record-fields.ts";

/**
 * What became of a session's calls and approvals, as far as it decides where their lines stand in a trace. A trace has
 * no line for a claim: `replay` claims an allowed call where it is proposed, and an approved one at the verdict that
 * settles it. So these lines are written where the claim was, and what happened in between stays before them.
 */
export interface Story {
  /** calls whose line waits for their claim, or their refusal instead of it; where neither comes, for the end */
  readonly waiting: ReadonlySet<string>;
  /** those of them that were asked for meanwhile, and not claimed without an answer: their line stands where they were asked for */
  readonly asked: ReadonlySet<string>;
  /** positions of the verdicts that settled their approval as approved */
  readonly settling: ReadonlySet<number>;
  /** calls that ran without an answer after they had been asked for: what had asked no longer did */
  readonly withdrawn: ReadonlySet<string>;
}

/** Reads the story of one session from all its records. */
export function readStory(records: readonly LedgerRecord[]): Story {
  const answers = readAnswers(records);
  const fates: Fates = {
    started: callsOf(records.filter(({ type }) => type === "call.started")),
    approved: answers.approved,
    edited: callsOf(records.filter(({ type }) => type === "call.edited")),
  };
  const waiting = records.filter((record) => record.type === "call.proposed" && waits(record, fates));
  const asked = records.filter((record) => record.type === "approval.requested" && waitsForAnswer(textIn(record, "call"), waiting, fates));
  return { waiting: callsOf(waiting), asked: callsOf(asked), settling: answers.settling, withdrawn: answers.withdrawn };
}

interface Answers {
  readonly settling: ReadonlySet<number>;
  /** calls that were approved at some time */
  readonly approved: ReadonlySet<string>;
  readonly withdrawn: ReadonlySet<string>;
}

/** Finds the verdict before each approval's end that made it approved. */
function readAnswers(records: readonly LedgerRecord[]): Answers {
  const [calls, last] = [new Map<string, string>(), new Map<string, number>()];
  const [settling, approved, withdrawn] = [new Set<number>(), new Set<string>(), new Set<string>()];
  for (const record of records) {
    if (!record.type.startsWith("approval.")) continue;
    const approval = textIn(record, "approval");
    if (record.type === "approval.requested") calls.set(approval, textIn(record, "call"));
    if (record.type === "approval.verdict" && objectsIn(record, "names").length > 0) last.set(approval, record.seq);
    if (record.type === "approval.settled" && record.state["status"] === "withdrawn") withdrawn.add(calls.get(approval) ?? "");
    const verdict = record.type === "approval.settled" && record.state["status"] === "approved" ? last.get(approval) : undefined;
    if (verdict === undefined) continue;
    settling.add(verdict);
    approved.add(calls.get(approval) ?? "");
  }
  return { settling, approved, withdrawn };
}

/** The ids of calls by what became of them. */
interface Fates {
  readonly started: ReadonlySet<string>;
  readonly approved: ReadonlySet<string>;
  /** an approver changed their args, and that was decided on */
  readonly edited: ReadonlySet<string>;
}

function waits(record: LedgerRecord, { started, approved, edited }: Fates): boolean {
  const call = textIn(record, "call");
  switch (record.state["decision"]) {
    case "allow":
      // new labels of its rules came where it was proposed, so that such a call cannot wait
      return textsIn(record, "puts").every((label) => textsIn(record, "labels").includes(label));
    case "require_approval":
      // asked for first, then claimed without an answer: what had asked no longer did. An edit needs the call before it
      return started.has(call) && !approved.has(call) && !edited.has(call);
    default:
      return false;
  }
}

/** Whether a call was allowed first and then asked for: what had allowed it no longer did. */
function waitsForAnswer(call: string, waiting: readonly LedgerRecord[], { started, approved }: Fates): boolean {
  const allowed = waiting.some((record) => textIn(record, "call") === call && record.state["decision"] === "allow");
  return allowed && (approved.has(call) || !started.has(call));
}

function callsOf(records: readonly LedgerRecord[]): ReadonlySet<string> {
  return new Set(records.map((record) => textIn(record, "call")));
}
