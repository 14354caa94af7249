import { sessionOpener, type Gate, type OnCoverage, type OnFault, type Session, type SessionSource } from "@sallyport/core";
import type { Batches } from "./batch.ts";
import type { Handed } from "./native.ts";
import { parserOf, toDefinition, type DescribedTool, type Parse } from "./to-call.ts";

/** How tools are guarded. */
export interface GuardOptions {
  /** the session that the calls belong to; a function where the tools serve many chats */
  readonly session: SessionSource<Handed>;
  readonly onCoverage?: OnCoverage;
  readonly onFault?: OnFault;
}

/** What all tools that are guarded together share. */
export interface Guarding {
  readonly open: (handed: Handed) => Promise<Session>;
  readonly onFault: OnFault;
  /** the calls of a message that the policy processor saw before any of them ran */
  readonly batches: Batches;
}

/** The guard of one tool: what is asked about a call, wherever in Mastra it turns up. */
export interface Guard extends Guarding {
  readonly name: string;
  readonly parse: Parse;
  readonly definition: () => Promise<object>;
}

/** The guard of a tool under the name that the policy knows it by. */
export function guardFor(name: string, tool: DescribedTool, guarding: Guarding): Guard {
  let definition: Promise<object> | undefined;
  let parse: Parse | undefined;
  return {
    ...guarding,
    name,
    parse: async (input) => (parse ??= parserOf(name, tool))(input),
    definition: async () => (definition ??= toDefinition(name, tool)),
  };
}

/** Opens the sessions that tools, hooks and processors ask for. */
export function openerOf(gate: Gate, options: { readonly session: SessionSource<Handed> }): Guarding["open"] {
  return sessionOpener(gate, options);
}
