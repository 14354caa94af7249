import { isSameJson, type Gate } from "@sallyport/core";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { nameOf, runsHere, type AnyTool } from "./mark.ts";
import { isSchema, type DescribedTool } from "./to-call.ts";

/** The tools that a hook knows, which itself sees calls only. */
export interface KnownTools {
  readonly find: (name: string) => DescribedTool | undefined;
  /** whether there is no tool of a name that is not found; else this process may just not have seen it, or has seen several */
  readonly isNone: (name: string) => boolean;
}

/** The tools of a list; of an empty one nothing is known. */
export function listedTools(tools: readonly object[]): KnownTools {
  const byName = new Map(tools.map((tool) => [nameOf(tool), tool]));
  return { find: (name) => found(byName, name), isNone: () => byName.size > 0 };
}

/** The tools that were guarded with a gate, by name. */
export function rememberedTools({ tools }: Pick<Gate, "tools">): KnownTools {
  return { find: (name) => found(tools, name), isNone: (name) => tools.size > 0 && !tools.has(name) };
}

/**
 * Takes note of a guarded tool. Where the model may have been told different things of one name, as by two agents, nobody can
 * say which of them a call is of: it is left to the tool that runs it.
 */
export function remember<T extends AnyTool>(gate: Pick<Gate, "tools">, tool: T): T {
  const before = gate.tools.get(tool.name);
  const isClear = before === undefined || (runsHere(before) && isSameToTheModel(before, tool));
  gate.tools.set(tool.name, isClear ? tool : SEVERAL);
  return tool;
}

// stands for the tools of a name that differ; none of them runs here by that
const SEVERAL: object = Object.freeze({});

function isSameToTheModel(one: AnyTool, other: AnyTool): boolean {
  if (one.description !== other.description) return false;
  return one.schema === other.schema || isSameJson(jsonSchemaOf(one), jsonSchemaOf(other));
}

function jsonSchemaOf({ schema }: AnyTool): unknown {
  try {
    return isSchema(schema) ? toJsonSchema(schema) : undefined;
  } catch {
    // as in definitions: what has no JSON form is not told to the model
    return undefined;
  }
}

/** The tool of a name, if one that runs here is listed under it. */
export function found(tools: ReadonlyMap<string, object>, name: string): AnyTool | undefined {
  const tool = tools.get(name);
  return tool !== undefined && runsHere(tool) ? tool : undefined;
}
