import { gapsOf, holdsOutput, memberOf, type CoverageGap, type Gate } from "@sallyport/core";
import { isLooseAgent } from "./agent-tool.ts";
import { isHandoff } from "./guarded-handoff.ts";
import { isFunctionTool, listOf } from "./native-agent.ts";

/**
 * The tools and handoffs of an agent that cannot be enforced and, where a gate is given, those that its policy does not know: run it at
 * start-up and fail where you did not expect one. MCP servers tell their tools only when the agent runs.
 */
export function coverage(agent: object, gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  const handoffs = listOf(agent, "handoffs").flatMap((entry) => handoffGap(Object(entry), gate) ?? []);
  return [...listOf(agent, "tools").flatMap((tool) => toolGaps(tool, gate)), ...handoffs];
}

/** A handoff that the policy names, or that takes args of the model's: its `onHandoff` runs past the gate. */
export function handoffGap(handoff: object, gate?: Pick<Gate, "knows">): CoverageGap | undefined {
  if (!isHandoff(handoff)) return undefined;
  const tool = String(memberOf(handoff, "toolName"));
  const takesArgs = Object.keys(Object(memberOf(memberOf(handoff, "inputJsonSchema"), "properties"))).length > 0;
  // a policy that knows every name names none
  const isNamed = gate !== undefined && gate.knows(tool) && !gate.knows("");
  return takesArgs || isNamed ? { tool, gap: "unguarded" } : undefined;
}

/** An agent that ends with what a tool returned, past rules on output. */
export function stopGap(agent: object, gate: Pick<Gate, "policy">): CoverageGap | undefined {
  const behavior = memberOf(agent, "toolUseBehavior");
  if (behavior === undefined || behavior === "run_llm_again" || !holdsOutput(gate)) return undefined;
  return { tool: `${String(memberOf(agent, "name"))}.toolUseBehavior`, gap: "ungoverned" };
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
