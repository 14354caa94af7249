import { isObject, type Json, type JsonObject } from "@sallyport/core";
import type { Kind } from "./attack.ts";

/** One arg of a tool, as far as it can be known. */
export interface Arg {
  /** the keys below args */
  readonly path: readonly string[];
  readonly type: "text" | "number" | "boolean" | "list" | "choice" | "object";
  readonly required: boolean;
  /** whether it says where the call goes, is free text, or is something else */
  readonly use: "to" | "text" | "other";
  readonly kind: Kind;
  /** empty where nothing is known */
  readonly schema: JsonObject;
}

/** What is known of how a tool's args are used. */
export interface ArgClues {
  readonly input: JsonObject | undefined;
  /** the expression that says where calls go; undefined: none does */
  readonly destination: string | undefined;
  /** everything else that conditions say of the tool's args */
  readonly conditions: readonly string[];
  /** whether calls go somewhere, although nothing says where */
  readonly goesSomewhere: boolean;
}

const PLACE =
  /^(to|cc|bcc|recipients?|receiver|e?mail|address(ee)?|urls?|uri|endpoint|webhook|link|channel|account|iban|host|server|destination|dest|target|user|phone|number)$/i;
const FREE =
  /(body|text|message|content|subject|description|notes?|comment|memo|reference|summary|title|caption|reason|details|data|payload)$/i;

const KIND_OF_NAME: readonly (readonly [RegExp, Kind])[] = [
  [/url|uri|link|endpoint|webhook|href/i, "url"],
  [/iban|account/i, "account"],
  [/channel|room|topic/i, "channel"],
  [/phone|mobile|tel|sms/i, "phone"],
  [/host|server|domain/i, "host"],
  [/e?mail|^(to|cc|bcc)$|recipient|address/i, "email"],
];

/** The args of a tool: those of its input schema, else those that the policy's conditions speak of. */
export function argsOf({ input, destination, conditions, goesSomewhere }: ArgClues): readonly Arg[] {
  const mentioned = pathsIn(destination ?? "");
  const places = mentioned.map(({ path }) => path.join("."));
  const found = input === undefined ? mentionedArgs([...conditions, destination ?? ""]) : schemaArgs(input, [], true);
  const bare = input === undefined ? withText(found, destination) : found;
  // what is one of a few choices cannot be the attacker's
  const isPlace = (arg: Arg): boolean =>
    arg.type !== "text" && arg.type !== "list"
      ? false
      : places.length > 0
        ? places.includes(arg.path.join("."))
        : goesSomewhere && PLACE.test(arg.path.at(-1) ?? "");
  return bare.map((arg) => ({ ...arg, use: isPlace(arg) ? "to" : arg.use }));
}

/** A tool without a schema takes anything: text goes along with whatever its conditions speak of. */
function withText(args: readonly Arg[], destination: string | undefined): readonly Arg[] {
  const named = destination === undefined ? args : [...args, ...missing(args, pathsIn(destination))];
  return named.some(({ use }) => use === "text") ? named : [...named, argOf(["text"], "text", false, {})];
}

function missing(args: readonly Arg[], found: readonly Mention[]): readonly Arg[] {
  const known = new Set(args.map(({ path }) => path.join(".")));
  return found.filter(({ path }) => !known.has(path.join("."))).map(({ path, type, required }) => argOf(path, type, required, {}));
}

function schemaArgs(schema: JsonObject, above: readonly string[], needed: boolean): readonly Arg[] {
  const properties = schema["properties"];
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  if (properties === undefined || !isObject(properties)) return [];
  return Object.entries(properties).flatMap(([key, value]): readonly Arg[] => {
    const own = branchOf(value);
    const path = [...above, key];
    const isNeeded = needed && required.includes(key);
    const type = typeOf(own);
    return type === "object" && own["properties"] !== undefined ? schemaArgs(own, path, isNeeded) : [argOf(path, type, isNeeded, own)];
  });
}

/** A schema, or the first of its alternatives that is not null. */
function branchOf(value: Json): JsonObject {
  if (!isObject(value)) return {};
  const branches = value["anyOf"] ?? value["oneOf"];
  const first = Array.isArray(branches) ? branches.find((branch) => isObject(branch) && branch["type"] !== "null") : undefined;
  return first !== undefined && isObject(first) ? { ...value, ...first } : value;
}

function typeOf(schema: JsonObject): Arg["type"] {
  if (schema["enum"] !== undefined || schema["const"] !== undefined) return "choice";
  const stated = schema["type"];
  const type = Array.isArray(stated) ? stated.find((one) => one !== "null") : stated;
  switch (type) {
    case "number":
    case "integer":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return "list";
    case "object":
      return "object";
    default:
      return "text";
  }
}

interface Mention {
  readonly path: readonly string[];
  readonly type: Arg["type"];
  /** no condition asks whether it is there */
  readonly required: boolean;
}

const MENTION = /\bargs((?:\.[A-Za-z_]\w*)+)(\s*\(|\s*(?:<=?|>=?|[-+*/%]\s*\d))?/g;
const OF_LIST = ["all", "exists", "exists_one", "map", "filter"];

/** The paths below args that a condition speaks of. */
function pathsIn(source: string): readonly Mention[] {
  return [...source.matchAll(MENTION)].map(([, path = "", after = ""]) => {
    const keys = path.split(".").slice(1);
    const called = after.trim() === "(" ? keys.pop() : undefined;
    const listed =
      (called !== undefined && OF_LIST.includes(called)) || new RegExp(`\\] \\+ args${path.replaceAll(".", "\\.")}\\b`).test(source);
    const type = listed ? "list" : called === undefined && after !== "" ? "number" : "text";
    return { path: keys, type, required: !source.includes(`has(args.${keys.join(".")})`) };
  });
}

function mentionedArgs(sources: readonly string[]): readonly Arg[] {
  const found = new Map<string, Mention>();
  for (const mention of sources.flatMap(pathsIn)) {
    const key = mention.path.join(".");
    const known = found.get(key);
    const type = known === undefined || known.type === "text" ? mention.type : known.type;
    if (mention.path.length > 0) found.set(key, { ...mention, type, required: mention.required && (known?.required ?? true) });
  }
  return [...found.values()].map(({ path, type, required }) => argOf(path, type, required, {}));
}

function argOf(path: readonly string[], type: Arg["type"], required: boolean, schema: JsonObject): Arg {
  const name = path.at(-1) ?? "";
  const free = type === "text" && schema["format"] === undefined && schema["pattern"] === undefined && FREE.test(name);
  return { path, type, required, use: free ? "text" : "other", kind: kindOf(name, schema), schema };
}

function kindOf(name: string, { format, items }: JsonObject): Kind {
  const inner = items !== undefined && isObject(items) ? items["format"] : undefined;
  for (const said of [format, inner]) {
    if (said === "email") return "email";
    if (said === "uri" || said === "url") return "url";
    if (said === "hostname") return "host";
  }
  return KIND_OF_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? "name";
}
