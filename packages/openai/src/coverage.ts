import { gapsOf, type CoverageGap, type Gate } from "@sallyport/core";
import { describedBy, isFunctionTool, runnableOf } from "./native-tool.ts";

/**
 * The tools that cannot be enforced where they run and, where a gate is given, those that its policy does not know: run it
 * at start-up and fail where you did not expect one.
 */
export function coverage(tools: readonly object[], gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  return tools.flatMap((tool) => gapsOf(nameOf(tool), gapOf(tool), gate));
}

/** What a tool goes by: its name, the label of its server, or its type. */
function nameOf(tool: object): string {
  if (isFunctionTool(tool)) return describedBy(tool).name;
  const holders = [tool, Reflect.get(tool, "custom")].filter((holder) => typeof holder === "object" && holder !== null);
  const names = holders.flatMap((holder) => [Reflect.get(holder, "name"), Reflect.get(holder, "server_label")]);
  return names.find((name) => typeof name === "string") ?? String(Reflect.get(tool, "type"));
}

function gapOf(tool: object): CoverageGap["gap"] | undefined {
  if (runnableOf(tool) !== undefined) return undefined;
  return CLIENT_SIDE.has(Reflect.get(tool, "type")) && !isInContainer(tool) ? "client-side" : "provider-executed";
}

/** Whether a shell runs in a container of the provider's, and not here. */
function isInContainer(tool: object): boolean {
  const type: unknown = Reflect.get(Object(Reflect.get(tool, "environment")), "type");
  return typeof type === "string" && type.startsWith("container");
}

/** The types of tools whose calls the app carries out itself. Any other one is run where nobody can be asked. */
const CLIENT_SIDE: ReadonlySet<unknown> = new Set([
  "function",
  "custom",
  "apply_patch",
  "computer",
  "computer_use_preview",
  "local_shell",
  "namespace",
  "shell",
]);
