import { settleEntry } from "../approval/entries.ts";
import { changedOutside } from "../approval/edit.ts";
import { countsFor, unsatisfied } from "../approval/requirements.ts";
import { decide } from "../decide/decide.ts";
import type { Decision } from "../policy/decision.ts";
import { baseFacts } from "../decide/facts.ts";
import type { Entry } from "../ledger/record.ts";
import type { ApprovalState, CallState, Edit } from "../session/state.ts";
import { ask } from "./ask.ts";
import { editEntry } from "./entries.ts";
import { requestAgain, type Moment } from "./moment.ts";

/** What follows from an approver's edit: it is validated, `set` and decided like a new call. */
export function decideEdit(moment: Moment, known: CallState, approval: ApprovalState, edit: Edit): readonly Entry[] {
  const decision = decide(moment.program, requestAgain(moment, known, edit.args), moment.usage);
  if (decision.decision === "deny" || decision.args === null)
    return [settleEntry(approval.id, "denied"), editEntry(known.id, edit.args, decision, [])];
  const outside = changedOutside(known.decision.args ?? {}, edit.args, decision.requirements).length > 0;
  const names = outside ? [] : countsFor(decision.requirements, factsOf(moment, known, edit, decision), edit.approver);
  const verdict = { approver: edit.approver.id, decision: "approve", names } as const;
  const satisfied = unsatisfied(decision.requirements, [verdict]).length === 0;
  return [
    editEntry(known.id, edit.args, decision, names),
    ask(moment, known, decision, decision.args, approval).entry,
    ...(satisfied ? [settleEntry(approval.id, "approved")] : []),
  ];
}

function factsOf(moment: Moment, known: CallState, edit: Edit, decision: Decision): ReturnType<typeof baseFacts> {
  const request = requestAgain(moment, known, decision.args ?? edit.args);
  return { ...baseFacts(moment.program.lookup(known.tool, moment.pin.agent), request), ...decision.target };
}
