import type { Request, Usage } from "../decide/request.ts";
import type { ParsedArgs } from "../json/args.ts";
import type { Program } from "../policy/program.ts";
import type { CallState, HostFacts, Pin, SessionState } from "../session/state.ts";
import type { JsonObject } from "../value.ts";
import type { OriginsOf } from "./origins.ts";
import { placeholdersOf } from "./redactions.ts";

/** The bounds that keep people from being flooded; undefined: none (in replays). */
export interface Bounds {
  /** denials in a row after which a session is locked */
  readonly denials?: number;
  /** approvals that may be pending for one principal */
  readonly pending?: number;
}

/** All that a move depends on: one session, one policy, one moment. */
export interface Moment {
  readonly program: Program;
  readonly state: SessionState;
  readonly pin: Pin;
  readonly host: HostFacts;
  /** milliseconds since 1970, in store time */
  readonly now: number;
  readonly usage: Usage;
  readonly bounds: Bounds;
  /** How many approvals are pending for the principal, in every session. */
  readonly pending: () => number;
  /** Where values were seen; undefined: nobody knows. */
  readonly origins: OriginsOf | undefined;
}

/** A call as it came, its args parsed once: nobody's object is read after this. */
export interface ParsedCall {
  readonly id: string;
  readonly tool: string;
  /** digest of the tool's definition, or null */
  readonly definition: string | null;
  readonly args: ParsedArgs;
  /** digest of the args; null where they are invalid */
  readonly digest: string | null;
}

/** A call as it stands on record, with the args that were decided on. */
export function callAgain({ id, tool, definition, proposed, settled, decision: { args } }: CallState): ParsedCall {
  // where nothing was decided on the args, it is still the call that was proposed
  return {
    id,
    tool,
    definition,
    digest: settled ?? proposed ?? null,
    args: args === null ? { ok: false, reason: "no args" } : { ok: true, args },
  };
}

/** The question that the policy is asked about a call now. */
export function requestOf(moment: Moment, tool: string, args: JsonObject, settled?: JsonObject): Request {
  return { tool, args, settled, ...requestIn(moment), workflow: followed(moment) };
}

/** The workflow that a session follows, where its next step is still to come; for a call itself also while it is that step, or ended it. */
function followed({ state: { workflow } }: Moment, call?: string): Request["workflow"] {
  if (workflow === undefined) return undefined;
  const others = [workflow.running, workflow.endedBy].filter((id) => id !== undefined && id !== call);
  return others.length === 0 ? workflow : undefined;
}

/** What every question in a session has in common. */
export function requestIn({ state, host, pin, now, origins }: Moment): Omit<Request, "tool" | "args" | "settled"> {
  const { principal, agent, context } = host;
  return {
    principal,
    agent,
    context,
    session: { id: pin.session, labels: state.labels, steps: state.steps },
    now,
    origins,
    placeholders: placeholdersOf(state),
    redacted: state.redacted,
  };
}

/**
 * The question that is asked again about a call that was decided before. Labels that only this call has put do not count
 * against it: it is decided alike whether a framework asks first and runs later, or does both at once.
 */
export function requestAgain(moment: Moment, call: Pick<CallState, "id" | "tool">, args: JsonObject, settled?: JsonObject): Request {
  const request = requestOf(moment, call.tool, args, settled);
  const labels = request.session.labels.filter((label) => moment.state.sources.get(label) !== call.id);
  return { ...request, session: { ...request.session, labels }, workflow: followed(moment, call.id) };
}
