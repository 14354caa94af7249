import { approvalId, bindingDigest } from "../approval/binding.ts";
import { requestEntry } from "../approval/entries.ts";
import { askedAt } from "../approval/requirements.ts";
import type { Decision } from "../policy/decision.ts";
import type { Entry } from "../ledger/record.ts";
import type { ApprovalState } from "../session/state.ts";
import type { JsonObject } from "../value.ts";
import { argOrigins, originFields } from "./arg-origins.ts";
import type { Moment } from "./moment.ts";

/** The call that an approval is asked for. */
export interface Subject {
  readonly id: string;
  readonly tool: string;
  readonly definition: string | null;
}

/** The request for an approval of exactly this call. */
export function ask(
  moment: Moment,
  call: Subject,
  decision: Decision,
  args: JsonObject,
  before?: ApprovalState,
): { readonly id: string; readonly entry: Entry } {
  const { pin, host, now, program } = moment;
  const digest = bindingDigest({ pin, call: call.id, tool: call.tool, definition: call.definition, args });
  const id = before?.id ?? approvalId(digest);
  const asked = askedAt(decision.requirements, now, before?.asked);
  const tool = program.lookup(call.tool, pin.agent).facts;
  const facts = { ...host, tool: { ...tool }, ...(decision.target ?? { destinations: [], external: true, resource: null }) };
  const origins = argOrigins(moment, args, decision.policyWrote).map(originFields);
  return {
    id,
    entry: requestEntry({ id, pin, call: call.id, tool: call.tool, digest, asked, reason: decision.reason, args, facts, origins }),
  };
}
