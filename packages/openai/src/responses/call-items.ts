import { isObject, type Json, type JsonObject } from "@sallyport/core";
import type { ProposedCall } from "../judge.ts";
import { objectIn, readArgs, textIn, without } from "../wire.ts";

/** How one type of item writes a call that somebody here is to run. */
interface CallShape {
  readonly id: (item: JsonObject) => string;
  /** the tool's name in the policy */
  readonly tool: (item: JsonObject) => string;
  readonly args: (item: JsonObject) => unknown;
  /** The item with other args; undefined where it has no room for them. */
  readonly write: (item: JsonObject, args: JsonObject) => JsonObject | undefined;
  /** What tells the server that the call did not run. */
  readonly answer: (item: JsonObject, text: string) => readonly JsonObject[];
  /** Whether `guardTools` may guard the tool: it knows functions by their bare names. */
  readonly guardable: (item: JsonObject) => boolean;
}

const callIdOf = (item: JsonObject): string => textIn(item, "call_id") ?? "";
const never = (): boolean => false;

// a computer answers with a picture only: this one is empty, and the reason is said beside it
const BLANK = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";

const CALLS: ReadonlyMap<string, CallShape> = new Map<string, CallShape>([
  [
    "function_call",
    {
      id: callIdOf,
      tool: qualifiedName,
      args: (item) => argsOf(item["arguments"]),
      write: (item, args) => ({ ...item, arguments: JSON.stringify(args) }),
      answer: (item, text) => [{ type: "function_call_output", call_id: callIdOf(item), output: text }],
      guardable: (item) => qualifiedName(item) === textIn(item, "name"),
    },
  ],
  [
    "custom_tool_call",
    {
      id: callIdOf,
      tool: qualifiedName,
      args: (item) => ({ input: item["input"] ?? "" }),
      write: (item, { input, ...more }) => (typeof input === "string" && Object.keys(more).length === 0 ? { ...item, input } : undefined),
      answer: (item, text) => [{ type: "custom_tool_call_output", call_id: callIdOf(item), output: text }],
      guardable: never,
    },
  ],
  [
    "computer_call",
    {
      id: callIdOf,
      tool: () => "computer",
      args: ({ action, actions }) => ({ ...(action === undefined ? {} : { action }), ...(actions === undefined ? {} : { actions }) }),
      write: (item, { action, actions, ...more }) => {
        if (Object.keys(more).length > 0) return undefined;
        return {
          ...without(item, "action", "actions"),
          ...(action === undefined ? {} : { action }),
          ...(actions === undefined ? {} : { actions }),
        };
      },
      answer: (item, text) => [
        { type: "computer_call_output", call_id: callIdOf(item), output: { type: "computer_screenshot", image_url: BLANK } },
        { role: "developer", content: text },
      ],
      guardable: never,
    },
  ],
  [
    "local_shell_call",
    {
      id: callIdOf,
      tool: () => "local_shell",
      args: (item) => item["action"] ?? {},
      write: (item, action) => ({ ...item, action }),
      answer: (item, text) => [{ type: "local_shell_call_output", id: callIdOf(item), output: text }],
      guardable: never,
    },
  ],
  [
    "shell_call",
    {
      id: callIdOf,
      tool: () => "shell",
      args: (item) => item["action"] ?? {},
      write: (item, action) => ({ ...item, action }),
      answer: (item, text) => [
        {
          type: "shell_call_output",
          call_id: callIdOf(item),
          output: [{ stdout: "", stderr: text, outcome: { type: "exit", exit_code: 1 } }],
        },
      ],
      guardable: never,
    },
  ],
  [
    "apply_patch_call",
    {
      id: callIdOf,
      tool: () => "apply_patch",
      args: (item) => item["operation"] ?? {},
      write: (item, operation) => ({ ...item, operation }),
      answer: (item, text) => [{ type: "apply_patch_call_output", call_id: callIdOf(item), status: "failed", output: text }],
      guardable: never,
    },
  ],
  [
    "mcp_approval_request",
    {
      id: (item) => textIn(item, "id") ?? "",
      tool: (item) => textIn(item, "name") ?? "",
      args: (item) => argsOf(item["arguments"]),
      // the server runs the args that it remembers
      write: () => undefined,
      answer: (item, text) => [
        { type: "mcp_approval_response", approval_request_id: textIn(item, "id") ?? "", approve: false, reason: text },
      ],
      guardable: never,
    },
  ],
  [
    "tool_search_call",
    {
      id: (item) => textIn(item, "call_id") ?? textIn(item, "id") ?? "",
      tool: () => "tool_search",
      args: (item) => argsOf(item["arguments"]),
      write: (item, args) => ({ ...item, arguments: args }),
      answer: (item) => [{ type: "tool_search_output", call_id: callIdOf(item), execution: "client", status: "completed", tools: [] }],
      guardable: never,
    },
  ],
]);

/** How the item writes a call that somebody here is to run; undefined: it is none, or one that ran at the provider. */
export function callShapeOf(item: JsonObject): CallShape | undefined {
  const type = textIn(item, "type") ?? "";
  if (type === "shell_call" && isContainer(objectIn(item, "environment"))) return undefined;
  if (type === "tool_search_call" && textIn(item, "execution") === "server") return undefined;
  return CALLS.get(type);
}

/** Whether a shell's environment is the provider's. */
export function isContainer(environment: JsonObject | undefined): boolean {
  const type = environment === undefined ? undefined : textIn(environment, "type");
  return type === "container_reference" || type === "container_auto";
}

/** The call that an item proposes; `definitions` are those of the tools that the answer itself names. */
export function proposedCall(item: JsonObject, definitions: ReadonlyMap<string, object>): ProposedCall | undefined {
  const shape = callShapeOf(item);
  if (shape === undefined) return undefined;
  const tool = shape.tool(item);
  const definition = definitions.get(tool) ?? definitionIn(item, tool);
  return {
    id: shape.id(item),
    tool,
    args: shape.args(item),
    ...(definition === undefined ? {} : { definition }),
    ...(shape.guardable(item) ? {} : { unguardable: true }),
  };
}

/** A function's name in the policy: within a namespace `NAMESPACE.NAME`; one that was found by a search is its own namespace. */
export function qualifiedName(item: JsonObject): string {
  const name = textIn(item, "name") ?? "";
  const namespace = textIn(item, "namespace");
  return namespace === undefined || namespace === name ? name : `${namespace}.${name}`;
}

/** What an item tells of its tool; undefined for one that the app defines: where no request has it, it may not even exist. */
function definitionIn(item: JsonObject, name: string): object | undefined {
  switch (item["type"]) {
    case "function_call":
    case "custom_tool_call":
      return undefined;
    case "mcp_approval_request":
      return { name, server: textIn(item, "server_label") ?? "" };
    default:
      return { name };
  }
}

function argsOf(written: Json | undefined): unknown {
  if (typeof written === "string") return readArgs(written);
  return isObject(written) ? written : (written ?? {});
}
