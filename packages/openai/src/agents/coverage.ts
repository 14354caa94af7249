import { gapsOf, memberOf, type CoverageGap, type Gate } from "@sallyport/core";
import { isLooseAgent } from "./agent-tool.ts";
import { isFunctionTool, listOf } from "./mark.ts";

/**
 * The tools of an agent that cannot be enforced and, where a gate is given, those that its policy does not know: run it at
 * start-up and fail where you did not expect one. MCP servers tell their tools only when the agent runs.
 */
export function coverage(agent: object, gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  return listOf(agent, "tools").flatMap((tool) => toolGaps(tool, gate));
}

/** The gaps of one tool. */
export function toolGaps(tool: unknown, gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  const name: unknown = Object(tool).name;
  return gapsOf(typeof name === "string" ? name : "tool", gapOf(tool), gate);
}

/** Why the calls of a tool do not pass the gate, where they do not. */
function gapOf(tool: unknown): CoverageGap["gap"] | undefined {
  if (isFunctionTool(tool)) return isLooseAgent(tool) ? "ungoverned" : undefined;
  const type = memberOf(tool, "type");
  const place = memberOf(memberOf(tool, "environment"), "type");
  // a computer, a shell and an editor run here, and the SDK calls them without any hook
  return type === "computer" || type === "apply_patch" || (type === "shell" && (place === undefined || place === "local"))
    ? "unguarded"
    : "provider-executed";
}
