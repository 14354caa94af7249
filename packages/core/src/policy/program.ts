import { compileGlob } from "../condition/glob.ts";
import { compileDetectors } from "../detect/detectors.ts";
import type { Detect } from "../detect/finding.ts";
import { compileBoundary } from "./boundary.ts";
import type { Limit, Policy, Rule } from "./policy.ts";
import { compileTools, type ToolProgram } from "./tool-program.ts";

/** A policy made ready to decide: indexed by tool, patterns compiled. */
export interface Program {
  readonly policy: Policy;
  /** rules and limits by id */
  readonly statements: ReadonlyMap<string, Rule | Limit>;
  /** Whether a destination is inside the boundary. */
  readonly inside: (destination: string) => boolean;
  /** What holds for a tool called by an agent; found once, then kept. */
  readonly lookup: (tool: string, agent: string) => ToolProgram;
  /** The rules on the texts that come in (or go out) where an agent works, in file order. */
  readonly texts: (place: "input" | "output", agent: string) => readonly Rule[];
  /** What finds for a rule that names detectors; the same for all rules that name the same ones. */
  readonly detectorOf: (rule: Rule) => Detect;
}

/** How many tools (and agents) are kept beside those that the policy may name: a model can make up names without end. */
const KEPT = 2_000;

/** Makes a policy ready to decide. */
export function compileProgram(policy: Policy): Program {
  const compileTool = compileTools(policy);
  const known = new ToolCache(KEPT + policy.tools.length + policy.rules.length);
  const texts = policy.rules.filter(({ on }) => on === "input" || on === "output");
  const spoken = texts.map((rule) => ({ rule, agents: rule.agents?.map(compileGlob) }));
  const detectors = compileDetects(policy);
  return {
    policy,
    statements: new Map([...policy.rules, ...policy.limits].map((statement) => [statement.id, statement])),
    inside: compileBoundary(policy.internal),
    lookup: (tool, agent) => known.get(tool, agent) ?? known.keep(tool, agent, compileTool(tool, agent)),
    texts: (place, agent) =>
      spoken.filter(({ rule, agents }) => rule.on === place && (agents?.some((matches) => matches(agent)) ?? true)).map(({ rule }) => rule),
    detectorOf: ({ detect = [] }) => detectors.get(keyOf(detect)) ?? compileDetectors(detect, policy.detectors),
  };
}

/** The detectors of a policy's rules, by their names; they are made when the policy is, and so fail before anything depends on them. */
function compileDetects({ rules, detectors }: Policy): ReadonlyMap<string, Detect> {
  const asked = new Map(rules.flatMap(({ detect }) => (detect === undefined ? [] : [[keyOf(detect), detect] as const])));
  return new Map([...asked].map(([key, names]) => [key, compileDetectors(names, detectors)]));
}

function keyOf(names: readonly string[]): string {
  return JSON.stringify([...names].sort());
}

/** What was found for tools, by agent; everything is forgotten where there is too much. */
class ToolCache {
  readonly #agents = new Map<string, Map<string, ToolProgram>>();
  readonly #most: number;
  /** whose tools were asked for last: nearly always the same agent's */
  #last: { readonly agent: string; readonly tools: ReadonlyMap<string, ToolProgram> } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  get(tool: string, agent: string): ToolProgram | undefined {
    if (this.#last?.agent === agent) return this.#last.tools.get(tool);
    const tools = this.#agents.get(agent);
    if (tools !== undefined) this.#last = { agent, tools };
    return tools?.get(tool);
  }

  keep(tool: string, agent: string, program: ToolProgram): ToolProgram {
    const tools = this.#agents.get(agent) ?? new Map<string, ToolProgram>();
    if (tools.size >= this.#most) tools.clear();
    if (tools.size === 0 && this.#agents.size >= KEPT) {
      this.#agents.clear();
      this.#last = undefined;
    }
    this.#agents.set(agent, tools.set(tool, program));
    return program;
  }
}
