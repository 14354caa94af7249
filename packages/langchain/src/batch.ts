import type { ToolMessage } from "@langchain/core/messages";
import { callId, declinedText, type Call } from "@sallyport/core";
import type { AskedCall, Bench, Refused } from "./bench.ts";
import { refusalMessage } from "./from-outcome.ts";
import { readAnswers, type Answer, type Answers } from "./native-answer.ts";
import { isPause, pauseRequest, type ApprovalRequest, type Interrupt } from "./pause.ts";
import { takeAnswers } from "./take-answers.ts";
import { idUses, openCalls, parseInput, toCall, toDefinition, type NativeCall } from "./to-call.ts";

/**
 * Proposes the open calls of the model's last message, in its order, and pauses once for all that wait for a human, again
 * and again until none does. Resolves to the messages for calls that do not run this time; what may run, and what is
 * denied, the guarded tools find on record.
 */
export async function settleBatch(history: readonly unknown[], bench: Bench): Promise<readonly ToolMessage[]> {
  const asked = await proposeAll(history, bench);
  if (asked.length === 0) return [];
  const waiting = asked.filter(({ approval }) => approval.status === "pending");
  const values = resumedWith(bench.interrupt, request(waiting, bench));
  if (values.length === 0 && waiting.length > 0) bench.interrupt(request(waiting, bench));
  if (values.length === 0) return [];
  const refused = new Map<AskedCall, string>();
  // a verdict is on record, so only a new answer is one; a no that is nobody's verdict has no other place than here
  const earlier = bench.answering === undefined ? values.slice(0, -1) : [];
  for (const value of earlier) declineAll(read(value, asked, waiting, refused), asked, refused);
  const newest = bench.answering === undefined ? values.at(-1) : (bench.answering.fresh ?? { value: true }).value;
  const answers = read(newest, asked, waiting, refused);
  const still = await answerAll(answers, { asked, waiting }, refused, bench);
  const isStale = bench.answering !== undefined && bench.answering.fresh === undefined && values.at(-1) !== true;
  if (still.length > 0) bench.interrupt(request(isStale ? still.map((call) => ({ ...call, ignored: STALE })) : still, bench));
  return [...refused].map(([{ native }, reason]) => refusalMessage(native, reason));
}

// the answer may well be another approver's, but LangGraph keeps a bare value and hands it over as if it had been given again
const STALE = "the same was said before: answer by the id of the pause, `new Command({ resume: { [interrupt.id]: value } })`";

async function proposeAll(history: readonly unknown[], bench: Bench): Promise<readonly AskedCall[]> {
  const asked: AskedCall[] = [];
  for (const native of openCalls(history)) {
    const stand = await standOf(native, history, bench);
    const approval = (await stand?.())?.approval;
    if (stand !== undefined && approval !== undefined) asked.push({ native, approval, stand });
  }
  return asked;
}

/** How to propose a call; undefined where its tool's schema refuses the args, or nothing is known of it: its tool then asks the gate itself. */
async function standOf(
  native: NativeCall,
  history: readonly unknown[],
  { session, tools }: Bench,
): Promise<AskedCall["stand"] | undefined> {
  const tool = tools.find(native.name);
  const input = tool === undefined ? { parsed: native.args } : await parseInput(tool, native.args);
  if (input === undefined) return undefined;
  const call: Call = toCall({ ...native, args: input.parsed }, history, await toDefinition(tool ?? native));
  if (tool !== undefined) return async (options) => session.propose(call, options);
  const known = await session.standing(callId(native.id ?? "", idUses(history)));
  if (known !== undefined) return async (options) => session.standing(call.id, options);
  return tools.isNone(native.name) ? async (options) => session.propose(call, options) : undefined;
}

function request(calls: readonly AskedCall[], { answering }: Bench): ApprovalRequest {
  return pauseRequest(calls, { edits: answering !== undefined });
}

/** All that this node was resumed with so far: `interrupt` hands it over again on each run of the node, and throws once there is no more. */
function resumedWith(interrupt: Interrupt, value: ApprovalRequest): readonly unknown[] {
  const values: unknown[] = [];
  for (;;) {
    try {
      values.push(interrupt(value));
    } catch (error) {
      if (!isPause(error)) throw error;
      return values;
    }
  }
}

interface Calls {
  readonly asked: readonly AskedCall[];
  readonly waiting: readonly AskedCall[];
}

/** Reads a value as the answers to all that was asked, or to what still waits: those were the requests. */
function read(value: unknown, asked: readonly AskedCall[], waiting: readonly AskedCall[], refused: Refused): Answers {
  const left = waiting.filter((call) => !refused.has(call));
  return readAnswers(
    value,
    asked.map(({ approval }) => approval),
    left.map(({ approval }) => approval),
  );
}

function declineAll(answers: Answers, asked: readonly AskedCall[], refused: Refused): void {
  for (const call of asked) {
    const answer = answers.kind === "answers" ? answers.by.get(call.approval.id) : undefined;
    if (answer?.kind === "no") refused.set(call, declinedText(answer.reason));
  }
}

/** Takes the newest answers; resolves to the calls that wait all the same. */
async function answerAll(answers: Answers, { asked, waiting }: Calls, refused: Refused, bench: Bench): Promise<readonly AskedCall[]> {
  const left = waiting.filter((call) => !refused.has(call));
  if (answers.kind === "unreadable") for (const call of left) refused.set(call, answers.reason);
  const by = answers.kind === "answers" ? answers.by : new Map<string, Answer>();
  const ignored = by.size > 0 ? await takeAnswers(by, left, refused, bench) : undefined;
  if (ignored === undefined) declineAll(answers, asked, refused);
  const still: AskedCall[] = [];
  for (const call of left.filter((call) => !refused.has(call))) {
    const answer = by.get(call.approval.id);
    const proposal = await call.stand({ resumed: answer?.kind === "yes" });
    if (proposal?.approval?.status === "pending")
      still.push({ ...call, approval: proposal.approval, ignored: ignored === undefined ? nobodys(answer) : ignored.get(call) });
  }
  return still;
}

/** Why an answer only wakes the agent, for a page whose app does not say whose answers it sends. */
function nobodys(answer: Answer | undefined): string | undefined {
  return answer === undefined
    ? undefined
    : "the app does not say who answered: a verdict comes by `gate.approvals.resolve`, or `approver` says whose it is";
}
