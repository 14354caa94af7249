import type { Json, JsonObject } from "@sallyport/core";
import { observeOutside, reportGap, resultShown, type Bench } from "../bench.ts";
import { unreadable } from "../refusal.ts";
import { objectIn, textIn } from "../wire.ts";
import { isLetGo } from "./mcp-requests.ts";

/** What an item tells of something that ran at the provider, before anybody could be asked. */
interface HostedShape {
  /** the tool that ran; left out where nothing did that could do harm */
  readonly tool?: (item: JsonObject) => string;
  /** what came back, for the model to read */
  readonly returned?: (item: JsonObject) => Json | undefined;
  /** it brings outside text to the model, also where nobody is told which */
  readonly reads?: true;
}

const named = (tool: string) => (): string => tool;

const member =
  (key: string) =>
  (item: JsonObject): Json | undefined =>
    item[key];

const HOSTED: ReadonlyMap<string, HostedShape> = new Map<string, HostedShape>([
  ["web_search_call", { tool: named("web_search"), returned: searched, reads: true }],
  ["file_search_call", { tool: named("file_search"), returned: member("results"), reads: true }],
  ["code_interpreter_call", { tool: named("code_interpreter"), returned: member("outputs") }],
  ["image_generation_call", { tool: named("image_generation") }],
  ["mcp_call", { tool: (item) => textIn(item, "name") ?? "mcp", returned: (item) => item["output"] ?? item["error"], reads: true }],
  ["mcp_list_tools", { returned: member("tools") }],
  ["shell_call", { tool: named("shell") }],
  ["shell_call_output", { returned: member("output") }],
  ["program", { tool: named("programmatic_tool_calling") }],
  ["program_output", { returned: member("result") }],
  ["multi_agent_call", { tool: named("multi_agent") }],
  ["multi_agent_call_output", { returned: member("output") }],
  ["agent_message", { returned: member("content") }],
  ["function_call_output", { returned: member("output") }],
  ["custom_tool_call_output", { returned: member("output") }],
  ["computer_call_output", {}],
  ["local_shell_call_output", { returned: member("output") }],
  ["apply_patch_call_output", { returned: member("output") }],
  ["tool_search_call", {}],
  ["tool_search_output", {}],
  ["additional_tools", {}],
  ["mcp_approval_response", {}],
  ["compaction", {}],
]);

function searched(item: JsonObject): Json | undefined {
  const sources = objectIn(item, "action")?.["sources"];
  const { results } = item;
  return sources === undefined && results === undefined ? undefined : [sources ?? null, results ?? null];
}

/** Whether an item tells of something at the provider. */
export function isHosted(item: JsonObject): boolean {
  return HOSTED.has(textIn(item, "type") ?? "");
}

/** What runs here or at the provider, as the tool is offered: by the types of its calls. */
const EITHER: ReadonlyMap<string, string> = new Map([
  ["shell_call", "shell"],
  ["tool_search_call", "tool_search"],
]);

/** Throws a Refusal for a call that says it ran at the provider, where the request offered the tool to be run here. */
export function checkRan(item: JsonObject, { definitions }: Bench): void {
  const tool = EITHER.get(textIn(item, "type") ?? "");
  if (tool !== undefined && definitions.has(tool))
    throw unreadable(`the answer says that \`${tool}\` ran at the provider, which runs here`);
}

/** An item of an answer as it may be shown. What ran past the gate is reported, and refused by a strict one. */
export async function releaseHosted(item: JsonObject, bench: Bench): Promise<JsonObject> {
  checkRan(item, bench);
  const tool = HOSTED.get(textIn(item, "type") ?? "")?.tool?.(item);
  if (tool !== undefined && !(await isLetGo(item, bench.session))) reportGap(bench, { tool, gap: "provider-executed" });
  return showHosted(item, bench);
}

/**
 * The item as it may be shown, once it is known here what it brought to the model: the result of a call that was let go here,
 * or outside text.
 */
export async function showHosted(item: JsonObject, bench: Bench): Promise<JsonObject> {
  const request = textIn(item, "approval_request_id");
  if (request !== undefined && (await isLetGo(item, bench.session))) return withResult(item, request, bench);
  const type = textIn(item, "type") ?? "";
  const { returned, reads } = HOSTED.get(type) ?? {};
  const content = returned?.(item);
  if (content !== undefined && content !== null && content !== "") {
    await observeOutside(bench, typeof content === "string" ? content : JSON.stringify(content));
  } else if (reads === true) await observeOutside(bench, `${type}: what the model has read is not told`);
  return item;
}

/** A server's tool ran that was let go here: its result is what stands on record for the call. */
async function withResult(item: JsonObject, request: string, bench: Bench): Promise<JsonObject> {
  const { output, error } = item;
  if (error !== undefined && error !== null) {
    const told = JSON.stringify(error);
    const shown = await resultShown(bench, request, told);
    return shown === told ? item : { ...item, error: { type: "mcp_tool_execution_error", content: shown } };
  }
  if (typeof output !== "string") return item;
  const shown = await resultShown(bench, request, output);
  return shown === output ? item : { ...item, output: shown };
}
