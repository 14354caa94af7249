import { gapsOf, isObject, toolDefinition, type Json, type JsonObject } from "@sallyport/core";
import { reportGap, type Bench } from "../bench.ts";
import { objectIn, objectsIn, textIn, without } from "../wire.ts";

/** Leaves out of a request the tools that may not be called, and whatever names one of them. */
export async function offerTools(body: JsonObject, definitions: ReadonlyMap<string, object>, { session }: Bench): Promise<JsonObject> {
  if (definitions.size === 0) return body;
  const offered = new Set(await session.offer([...definitions.keys()]));
  if (offered.size === definitions.size) return body;
  const isOffered: IsOffered = (name) => name === undefined || offered.has(name);
  return fixFunctions(fixTools(body, isOffered), isOffered);
}

type IsOffered = (name: string | undefined) => boolean;

/** Members of a request that let the provider read for itself: those of the API, and of servers that are like it. */
const SEARCHES = ["web_search_options", "data_sources", "search_parameters", "plugins", "mcp_servers"];

/** The definitions of a request's tools by name; reports what runs at the provider, and throws for it under `strict`. */
export async function definitionsIn(body: JsonObject, bench: Bench): Promise<ReadonlyMap<string, object>> {
  for (const tool of SEARCHES) if ((body[tool] ?? null) !== null) reportGap(bench, { tool, gap: "provider-executed" });
  const definitions = new Map<string, object>();
  const define = async (told: JsonObject, format: string): Promise<void> => {
    const name = textIn(told, "name");
    if (name === undefined) return;
    definitions.set(name, await toolDefinition(name, told["description"], () => told[format]));
    for (const gap of gapsOf(name, undefined, bench.gate)) reportGap(bench, gap);
  };
  for (const tool of objectsIn(body, "tools")) {
    const custom = objectIn(tool, "custom");
    const told = objectIn(tool, "function");
    // as the calls of tools are read
    const type = tool["type"] ?? (custom === undefined ? "function" : "custom");
    if (type === "function" && told !== undefined) await define(told, "parameters");
    else if (type === "custom" && custom !== undefined) await define(custom, "format");
    else reportGap(bench, { tool: typeof type === "string" ? type : "tool", gap: "provider-executed" });
  }
  for (const told of objectsIn(body, "functions")) await define(told, "parameters");
  return definitions;
}

/** The name by which a tool, or a choice of one, names it; undefined where it names none. */
function nameIn(tool: Json): string | undefined {
  if (!isObject(tool)) return undefined;
  const named = objectIn(tool, "function") ?? objectIn(tool, "custom") ?? tool;
  return textIn(named, "name");
}

function fixTools(body: JsonObject, isOffered: IsOffered): JsonObject {
  if (!Array.isArray(body["tools"])) return body;
  const tools = body["tools"].filter((tool) => isOffered(nameIn(tool)));
  // without tools the API takes no word about them
  if (tools.length === 0) return without(body, "tools", "tool_choice", "parallel_tool_calls");
  const choice = body["tool_choice"];
  return { ...body, tools, ...(choice === undefined ? {} : { tool_choice: fixChoice(choice, isOffered) }) };
}

/** Where the one tool that the app wants is not there, the model chooses, as in the other adapters; of a list that is gone, none. */
function fixChoice(choice: Json, isOffered: IsOffered): Json {
  const allowed = isObject(choice) ? objectIn(choice, "allowed_tools") : undefined;
  if (!isObject(choice) || allowed === undefined) return isOffered(nameIn(choice)) ? choice : "auto";
  const tools = objectsIn(allowed, "tools").filter((tool) => isOffered(nameIn(tool)));
  return tools.length === 0 ? "none" : { ...choice, allowed_tools: { ...allowed, tools } };
}

function fixFunctions(body: JsonObject, isOffered: IsOffered): JsonObject {
  if (!Array.isArray(body["functions"])) return body;
  const functions = body["functions"].filter((told) => isOffered(nameIn(told)));
  if (functions.length === 0) return without(body, "functions", "function_call");
  const choice = body["function_call"];
  return { ...body, functions, ...(choice === undefined || isOffered(nameIn(choice)) ? {} : { function_call: "auto" }) };
}
