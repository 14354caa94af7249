import { isObject, readJson, SallyportError, type Json } from "@sallyport/core";

/** What a tool says of itself beside its name, by MCP's names. It may raise a risk and never lowers one. */
interface Annotations {
  readonly readOnly?: boolean;
  readonly destructive?: boolean;
  readonly openWorld?: boolean;
}

/** One parameter of a tool. */
export interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** `list`: an array of texts; `objects`: one or many; `other`: several types, or none that is said */
  readonly type: "text" | "number" | "boolean" | "list" | "numbers" | "objects" | "other";
  /** whether null is among its types */
  readonly nullable: boolean;
}

/** A tool as its own definition describes it. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly annotations: Annotations;
}

/**
 * Reads tool definitions: the answer to MCP's `tools/list`, its bare array, or an OpenAI `tools` array in its chat or its
 * responses form. Throws a SallyportError `invalid-input` that says which tool is wrong and what to do.
 */
export function readToolDefinitions(text: string): readonly ToolDefinition[] {
  const reading = readJson(text.replace(/^\uFEFF/, ""), { depth: 256 });
  if (!reading.ok) {
    const { message, line, column } = reading.problem;
    throw refusal(
      `stdin, line ${line}, column ${column}: ${message}; pipe in the answer to MCP's \`tools/list\`, or an OpenAI \`tools\` array`,
    );
  }
  const tools = listOf(reading.value).map(readDefinition);
  const twice = tools.find(({ name }, index) => tools.findIndex((tool) => tool.name === name) !== index);
  if (twice !== undefined) throw refusal(`two tools are called \`${twice.name}\`; a policy knows tools by name, so give each its own`);
  return tools;
}

function listOf(value: Json): readonly Json[] {
  const answered = isObject(value) ? value["result"] : undefined;
  const answer = isObject(answered) ? answered : value;
  const tools = isObject(answer) ? answer["tools"] : answer;
  if (!Array.isArray(tools)) throw refusal('stdin holds no list of tools; it is `{"tools": […]}` or the array itself');
  if (tools.length === 0) throw refusal("the list of tools is empty; there is nothing to propose a policy for");
  return tools;
}

function readDefinition(value: Json, index: number): ToolDefinition {
  const place = `tool ${index + 1}`;
  if (!isObject(value)) throw refusal(`${place} is no object; it needs at least a \`name\``);
  const inner = value["function"];
  const tool = isObject(inner) ? inner : value;
  const [name, type] = [tool["name"], value["type"]];
  if (typeof name !== "string" || name.trim() === "") {
    const hosted =
      typeof type === "string" && type !== "function"
        ? `; a hosted tool (\`${type}\`) runs at the provider, no policy here can hold it: take it out`
        : "";
    throw refusal(`${place} has no \`name\`${hosted}`);
  }
  return {
    name,
    description: textOf(tool["description"]) || textOf(tool["title"]),
    parameters: readParameters(tool["inputSchema"] ?? tool["input_schema"] ?? tool["parameters"]),
    annotations: readAnnotations(tool["annotations"]),
  };
}

function readParameters(schema: Json | undefined): readonly Parameter[] {
  const properties = isObject(schema) ? schema["properties"] : undefined;
  if (!isObject(schema) || !isObject(properties)) return [];
  const required: readonly Json[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    description: isObject(property) ? textOf(property["description"]) : "",
    required: required.includes(name),
    ...typeOf(property),
  }));
}

const TYPES: ReadonlyMap<string, Parameter["type"]> = new Map([
  ["string", "text"],
  ["str", "text"],
  ["integer", "number"],
  ["number", "number"],
  ["boolean", "boolean"],
  ["array", "list"],
  ["array of numbers", "numbers"],
  ["array of others", "objects"],
  ["object", "objects"],
]);

function typeOf(property: Json): Pick<Parameter, "type" | "nullable"> {
  const names = typeNames(property);
  const [first, ...others] = [...new Set(names.filter((name) => name !== "null").map((name) => TYPES.get(name) ?? "other"))];
  return { type: first === undefined || others.length > 0 ? "other" : first, nullable: names.includes("null") };
}

function typeNames(property: Json): readonly string[] {
  if (!isObject(property)) return [];
  const type = property["type"];
  if (typeof type === "string") return [type === "array" ? arrayName(property["items"]) : type];
  if (Array.isArray(type)) return type.filter((name) => typeof name === "string");
  const variants = property["anyOf"] ?? property["oneOf"];
  if (Array.isArray(variants)) return variants.flatMap(typeNames);
  return Array.isArray(property["enum"]) ? ["string"] : [];
}

function arrayName(items: Json | undefined): string {
  const names = items === undefined ? [] : typeNames(items);
  if (names.every((name) => name === "string")) return "array";
  return names.every((name) => name === "integer" || name === "number") ? "array of numbers" : "array of others";
}

function readAnnotations(value: Json | undefined): Annotations {
  if (!isObject(value)) return {};
  const hint = (key: keyof Annotations): Annotations => {
    const said = value[`${key}Hint`];
    return typeof said === "boolean" ? { [key]: said } : {};
  };
  return { ...hint("readOnly"), ...hint("destructive"), ...hint("openWorld") };
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function refusal(message: string): SallyportError {
  return new SallyportError("invalid-input", message);
}
