import type { Facts } from "../condition/facts.ts";
import type { Program } from "../policy/program.ts";
import { staysOutside, type Target, type ToolProgram } from "../policy/tool-program.ts";
import type { Json } from "../value.ts";
import type { DecisionError } from "../policy/decision.ts";
import { valueOf } from "./evaluate.ts";
import type { Request } from "./request.ts";

/** The facts as far as they are known before anything is known of where the call goes. */
export function baseFacts(tool: ToolProgram, request: Request): Facts {
  const { destinations, external, resource } = tool.target ?? NOWHERE_YET;
  return {
    tool: tool.facts,
    args: request.args,
    principal: request.principal,
    agent: request.agent,
    context: request.context,
    session: request.session,
    destinations,
    external,
    resource,
    now: request.now,
    origins: request.origins?.(NOTHING),
    redacted: request.redacted,
  };
}

const NOTHING: readonly Json[] = [];
const NOWHERE_YET: Target = { destinations: [], external: false, resource: null };

/** The facts with destinations, external and resource; or the id under which the call is denied where they cannot be had. */
export function fullFacts(
  program: Program,
  tool: ToolProgram,
  base: Facts,
  errors: DecisionError[],
): Facts | "error:destination" | "error:resource" {
  if (tool.target !== undefined) return base;
  const destinations = destinationsOf(tool, base, errors);
  if (destinations === undefined) return "error:destination";
  const resource = resourceOf(tool, base, errors);
  if (resource === undefined) return "error:resource";
  return { ...base, destinations, resource, external: isExternal(program, tool, destinations) };
}

function destinationsOf(tool: ToolProgram, facts: Facts, errors: DecisionError[]): readonly string[] | undefined {
  const declared = tool.entry?.destination;
  if (declared === undefined || declared === "none") return [];
  const value = valueOf("error:destination", declared, facts, errors);
  if (typeof value === "string") return [value];
  return Array.isArray(value) && value.every((item): item is string => typeof item === "string") ? value : undefined;
}

function resourceOf(tool: ToolProgram, facts: Facts, errors: DecisionError[]): Json | undefined {
  const declared = tool.entry?.resource;
  return declared === undefined ? null : valueOf("error:resource", declared, facts, errors);
}

function isExternal(program: Program, tool: ToolProgram, destinations: readonly string[]): boolean {
  if (tool.entry?.destination === "none" || destinations.length === 0) return staysOutside(tool);
  return destinations.some((destination) => !program.inside(destination));
}
