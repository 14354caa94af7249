import { gapsOf, isObject, type Json, type JsonObject } from "@sallyport/core";
import { reportGap, type Bench } from "../bench.ts";
import { objectIn, objectsIn, textIn, without } from "../wire.ts";
import { isContainer, qualifiedName } from "./call-items.ts";

/** Tools of a request as they may go out. */
interface OfferedTools {
  readonly tools: readonly JsonObject[];
  /** by name, also of those that were left out */
  readonly definitions: ReadonlyMap<string, object>;
}

/** A tool's names in the policy, and where its calls run. */
interface NamedTool {
  readonly name: string;
  /** `nowhere`: it finds tools of the request and does nothing else */
  readonly runs: "here" | "at the provider" | "nowhere";
}

/** The definitions of tools by name, as an approval binds them: of those whose calls are judged here. */
export function definitionsIn(tools: readonly JsonObject[]): ReadonlyMap<string, object> {
  return new Map(
    flat(tools).flatMap((tool) => (namedTool(tool).runs === "here" ? [[namedTool(tool).name, definitionOf(tool)] as const] : [])),
  );
}

/**
 * The tools that some call of the session might be allowed to use. What runs at the provider before anybody can be asked is
 * left out where no call of it is allowed, and reported where it is not.
 */
export async function offerTools(tools: readonly JsonObject[], bench: Bench): Promise<OfferedTools> {
  const names = flat(tools).map((tool) => namedTool(tool).name);
  const allowed = new Set(await bench.session.offer(names));
  const kept = tools.flatMap((tool) => offered(tool, allowed));
  for (const tool of flat(kept)) {
    const { name, runs } = namedTool(tool);
    if (runs === "at the provider") reportGap(bench, { tool: name, gap: "provider-executed" });
    if (runs === "here") for (const gap of gapsOf(name, undefined, bench.gate)) reportGap(bench, gap);
  }
  return { tools: kept, definitions: definitionsIn(tools) };
}

/** A request with its tools and no choice of one that is gone. */
export function withTools(body: JsonObject, tools: readonly JsonObject[]): JsonObject {
  const rest = without(body, "tools", "tool_choice", "parallel_tool_calls");
  if (tools.length === 0) return rest;
  const { tool_choice: choice, parallel_tool_calls: parallel } = body;
  return {
    ...rest,
    tools,
    ...(choice === undefined ? {} : { tool_choice: choiceAmong(choice, tools) }),
    ...(parallel === undefined ? {} : { parallel_tool_calls: parallel }),
  };
}

/** The tools with those that stand in namespaces, under their names in the policy. */
function flat(tools: readonly JsonObject[]): readonly JsonObject[] {
  return tools.flatMap((tool) => {
    if (tool["type"] === "namespace") {
      const namespace = textIn(tool, "name") ?? "";
      return objectsIn(tool, "tools").map((inner) => ({ ...inner, namespace }));
    }
    const allowed = tool["type"] === "mcp" ? allowedNames(tool) : undefined;
    return allowed === undefined ? [tool] : allowed.map((name) => ({ ...tool, name }));
  });
}

/** What of a tool may be offered: itself, its part, or nothing. */
function offered(tool: JsonObject, allowed: ReadonlySet<string>): readonly JsonObject[] {
  if (tool["type"] === "namespace") {
    const namespace = textIn(tool, "name") ?? "";
    const tools = objectsIn(tool, "tools").filter((inner) => allowed.has(namedTool({ ...inner, namespace }).name));
    return tools.length === 0 ? [] : [{ ...tool, tools }];
  }
  const { name, runs } = namedTool(tool);
  if (tool["type"] !== "mcp") return runs === "nowhere" || allowed.has(name) ? [tool] : [];
  const names = allowedNames(tool);
  // which tools the server has is not known here
  if (names === undefined) return [tool];
  const left = names.filter((name) => allowed.has(name));
  const { allowed_tools: allows } = tool;
  return left.length === 0 ? [] : [{ ...tool, allowed_tools: isObject(allows) ? { ...allows, tool_names: left } : left }];
}

/** The tools of a server that the app allows, where it names them. */
function allowedNames({ allowed_tools: allows }: JsonObject): readonly string[] | undefined {
  const names = isObject(allows) ? allows["tool_names"] : allows;
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : undefined;
}

function namedTool(tool: JsonObject): NamedTool {
  const type = textIn(tool, "type") ?? "";
  switch (type) {
    case "function":
    case "custom":
      return { name: qualifiedName(tool), runs: "here" };
    case "computer":
    case "computer_use_preview":
      return { name: "computer", runs: "here" };
    case "local_shell":
    case "apply_patch":
      return { name: type, runs: "here" };
    case "shell":
      return { name: type, runs: isContainer(objectIn(tool, "environment")) ? "at the provider" : "here" };
    case "tool_search":
      return { name: type, runs: tool["execution"] === "client" ? "here" : "nowhere" };
    case "mcp":
      return { name: textIn(tool, "name") ?? textIn(tool, "server_label") ?? type, runs: "at the provider" };
    default:
      return { name: hostedName(type), runs: "at the provider" };
  }
}

/** A hosted tool's name, whichever version of it is asked for. */
function hostedName(type: string): string {
  return type.startsWith("web_search") ? "web_search" : type;
}

/** As `toolDefinition` of core makes it of a function; of what the provider defines, all that the request says. */
function definitionOf(tool: JsonObject): object {
  const { name } = namedTool(tool);
  if (tool["type"] !== "function") return { ...tool, name };
  const { description, parameters } = tool;
  return {
    name,
    ...(typeof description === "string" ? { description } : {}),
    ...(parameters === undefined ? {} : { inputSchema: parameters }),
  };
}

function choiceAmong(choice: Json, tools: readonly JsonObject[]): Json {
  if (!isObject(choice)) return choice;
  if (choice["type"] !== "allowed_tools") return isThere(choice, tools) ? choice : "auto";
  const left = objectsIn(choice, "tools").filter((one) => isThere(one, tools));
  // no other tool was to be used
  return left.length === 0 ? "none" : { ...choice, tools: left };
}

function isThere(choice: JsonObject, tools: readonly JsonObject[]): boolean {
  const type = textIn(choice, "type") ?? "";
  return tools.some((tool) => {
    const same = tool["type"] === type || hostedName(textIn(tool, "type") ?? "") === hostedName(type) || isComputer(tool, type);
    if (!same) return type === "function" && namespaced(tool, choice);
    if (type === "mcp") return tool["server_label"] === choice["server_label"];
    return choice["name"] === undefined || tool["name"] === choice["name"];
  });
}

function isComputer(tool: JsonObject, type: string): boolean {
  return type.startsWith("computer") && namedTool(tool).name === "computer";
}

function namespaced(tool: JsonObject, choice: JsonObject): boolean {
  return tool["type"] === "namespace" && objectsIn(tool, "tools").some((inner) => inner["name"] === choice["name"]);
}
