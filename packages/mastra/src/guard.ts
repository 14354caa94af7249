import type { Guarding } from "@sallyport/core";
import type { Batches } from "./batch.ts";
import type { Handed } from "./handed.ts";
import { parserOf, toDefinition, type DescribedTool, type Parse } from "./to-call.ts";

/** What all tools that are guarded together share. */
export interface BatchGuarding extends Guarding<Handed> {
  /** the calls of a message that the policy processor saw before any of them ran */
  readonly batches: Batches;
}

/** The guard of one tool: what is asked about a call, wherever in Mastra it turns up. */
export interface Guard extends BatchGuarding {
  readonly name: string;
  readonly parse: Parse;
  readonly definition: () => Promise<object>;
}

/** The guard of a tool under the name that the policy knows it by. */
export function guardFor(name: string, tool: DescribedTool, guarding: BatchGuarding): Guard {
  let definition: Promise<object> | undefined;
  let parse: Parse | undefined;
  return {
    ...guarding,
    name,
    parse: async (input) => (parse ??= parserOf(name, tool))(input),
    definition: async () => (definition ??= toDefinition(name, tool)),
  };
}
