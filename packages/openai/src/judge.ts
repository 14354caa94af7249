import { callId, outcomeText, proposalText, type Approval, type Call, type JsonObject, type Proposal } from "@sallyport/core";
import type { Prepared } from "./api.ts";
import type { Bench } from "./bench.ts";
import { keepSaid } from "./said.ts";

/** A call that an answer proposes. */
export interface ProposedCall {
  /** as the model's provider calls it */
  readonly id: string;
  readonly tool: string;
  /** a value, or the text that the model wrote where it is no strict JSON: denied for that */
  readonly args: unknown;
  /** the tool's definition, where the answer itself tells it: the request's own counts first */
  readonly definition?: object;
  /** it is no function of the app's, so nothing that `guardTools` guards runs it, whatever its name */
  readonly unguardable?: true;
}

/** What takes the place of a call: the call, with the args that were decided on where they are known, or a text that says why there is none. */
export type Judgement = { readonly kind: "call"; readonly args?: JsonObject } | { readonly kind: "text"; readonly text: string };

/** What becomes of all the calls of an answer. */
export interface Judged {
  readonly judgements: readonly Judgement[];
  /** what they wait for, as it stands on record */
  readonly pending: readonly Approval[];
  /** whether the answer must not be handed out while they wait: nobody else would stop them */
  readonly held: boolean;
  /** whether calls of it go on where they stood, from their records, when the answer is asked for again */
  readonly resumes: boolean;
}

/**
 * Judges the calls of an answer: all are proposed in the model's order before any of them may run. Calls of guarded tools are
 * enforced where they run, and pass as the model wrote them. Any other call is let go here, once, since nobody sees it run.
 */
export async function judgeCalls(calls: readonly ProposedCall[], prepared: Prepared, bench: Bench): Promise<Judged> {
  const proposed: Proposed[] = [];
  for (const call of calls) proposed.push(await propose(call, prepared, bench));
  const pending = proposed.flatMap(({ proposal }) => (proposal?.status === "pending" && proposal.approval ? [proposal.approval] : []));
  // what is let go goes once, so it goes when nothing waits any more: the app can keep what came of it only then
  const held = pending.length > 0 && proposed.some(({ kind, proposal }) => kind !== "guarded" && proposal?.status !== "deny");
  const resumes = pending.length > 0 || proposed.some(({ kind }) => kind === "guarded");
  if (held) return { judgements: [], pending, held, resumes };
  const judgements: Judgement[] = [];
  for (const entry of proposed) judgements.push(await settle(entry, bench));
  return { judgements, pending, held, resumes };
}

interface Proposed {
  readonly call: Call;
  readonly kind: Kind;
  /** undefined: the tool's own schema refuses the args, and the model reads that where the tool would run */
  readonly proposal: Proposal | undefined;
}

/** `unoffered`: a tool that the request does not have may not even exist, so its calls are neither claimed nor handed out. */
type Kind = "guarded" | "offered" | "unoffered";

async function propose(proposed: ProposedCall, { uses, definitions, stored }: Prepared, { session, guarded }: Bench): Promise<Proposed> {
  const { tool, args } = proposed;
  const id = callId(proposed.id, uses);
  const guard = proposed.unguardable === true ? undefined : guarded.get(tool);
  if (guard === undefined) {
    const definition = definitions.get(tool) ?? proposed.definition;
    const call = { id, tool, args, definition: definition ?? { name: tool } };
    const isOffered = definition !== undefined || stored === true;
    return { call, kind: isOffered ? "offered" : "unoffered", proposal: await session.propose(call) };
  }
  // as the tool itself will propose it
  const parsed = await guard.parse(typeof args === "string" ? args : JSON.stringify(args));
  const call = { id, tool, args: parsed.ok ? parsed.args : args, definition: await guard.definition() };
  if (!parsed.ok) await keepSaid(session, id, parsed.reason);
  return { call, kind: "guarded", proposal: parsed.ok ? await session.propose(call) : undefined };
}

async function settle({ call, kind, proposal }: Proposed, { session }: Bench): Promise<Judgement> {
  // as written: the tool parses it itself, and runs with what was decided on
  if (kind === "guarded" || proposal === undefined) return { kind: "call" };
  if (proposal.status !== "allow") return { kind: "text", text: proposalText(proposal) };
  if (kind === "unoffered") return { kind: "text", text: unofferedText(call) };
  const released = await session.release(call);
  if (released.status === "allow") return asDecided(released);
  return { kind: "text", text: await refusedText(call, released, session) };
}

/** Why a call is not let go: what became of it, where it was let go before. */
async function refusedText({ id }: Call, released: Proposal, session: Bench["session"]): Promise<string> {
  const outcome = await session.outcomeOf(id);
  if (outcome === undefined || outcome.status === "completed" || outcome.status === "denied") return proposalText(released);
  return outcomeText(outcome);
}

function unofferedText({ tool }: Call): string {
  return `not run: \`${tool}\` is not among the tools of the request; do not retry this call`;
}

function asDecided({ decision: { args } }: Proposal): Judgement {
  return args === null ? { kind: "call" } : { kind: "call", args };
}
