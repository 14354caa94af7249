import { compileProgram, type JsonObject, type Policy, type Program } from "@sallyport/core";
import type { Actors } from "./actors.ts";
import type { Attack, CallStep, Part } from "./attack.ts";
import { OUTSIDE, type Cast } from "./cast.ts";
import { variantsOf } from "./fill.ts";
import { playLines, type Outcome, type PlayedCall } from "./play.ts";
import { kindOf, Probe } from "./probe.ts";
import { stage, type Binding, type Script } from "./stage.ts";
import { toolsOf, type Tool } from "./tools.ts";

/** One way to play an attack with the tools of a policy. */
export interface Play {
  /** unique in the campaign: the attack's id, and the tools that play it */
  readonly id: string;
  readonly attack: Attack;
  readonly tool: string;
  readonly outcome: Outcome;
  readonly calls: readonly PlayedCall[];
  readonly trace: readonly JsonObject[];
}

/** An attack with all the ways in which it was played; none: the policy has no tools for it. */
export interface Attempt {
  readonly attack: Attack;
  readonly plays: readonly Play[];
  /** why it was not played */
  readonly missing?: string;
}

/** How many choices of an arg are tried, how many sources an attack is read from, and how many tools stand in for one another. */
const MOST = { choices: 4, sources: 2, stands: 4 };

/** Plays attacks with the tools that a policy knows. */
export class Campaign {
  readonly #program: Program;
  readonly #actors: Actors;
  readonly #probe: Probe;
  readonly #tools: readonly Tool[];
  readonly #candidates = new Map<Part, readonly Tool[]>();

  constructor(policy: Policy, actors: Actors) {
    this.#program = compileProgram(policy);
    this.#actors = actors;
    this.#probe = new Probe(this.#program, actors);
    this.#tools = toolsOf(this.#program, actors.agent.id).map((tool) => this.#probe.settle(tool));
  }

  /** Plays one attack in every way that the tools allow. */
  attempt(attack: Attack): Attempt {
    const parts = [...new Set(attack.steps.flatMap((step) => (step.kind === "call" ? [step.part] : [])))];
    const unplayed = parts.find((part) => this.#withPart(part).length === 0);
    if (unplayed !== undefined) return { attack, plays: [], missing: MISSING[unplayed] };
    const goal = attack.steps.find((step): step is CallStep => step.kind === "call" && step.aim === attack.aim)?.part;
    const plays = goal === undefined ? [] : this.#withPart(goal).flatMap((tool) => this.#play(attack, parts, goal, tool));
    const named = plays.map((play) => {
      const same = plays.filter(({ tool }) => tool === play.tool);
      return { ...play, id: `${attack.id}:${play.tool}${same.length > 1 ? `/${same.indexOf(play) + 1}` : ""}` };
    });
    return named.length > 0 ? { attack, plays: named } : { attack, plays: [], missing: "none of your tools takes such args" };
  }

  #play(attack: Attack, parts: readonly Part[], goal: Part, tool: Tool): readonly Play[] {
    const sources = parts.includes("outside") && goal !== "outside" ? this.#withPart("outside").slice(0, MOST.sources) : [undefined];
    const kind = kindOf(tool);
    if (attack.kinds !== undefined && !attack.kinds.includes(kind)) return [];
    const inside = this.#probe.insideOf(tool, kind);
    const cast: Cast = { kind, given: "", evil: "", places: (of) => ({ ...OUTSIDE[of], inside }) };
    return sources.flatMap((source) =>
      Array.from({ length: variantsOf(tool.args, MOST.choices) }, (_, choice) => choice).flatMap((choice): readonly Play[] => {
        const bindings = this.#bindings(parts, goal, tool, source);
        return this.#first(
          bindings.map((binding) => ({ attack, binding, cast, actors: this.#actors, choice })),
          tool,
        );
      }),
    );
  }

  /** The first of these scripts that can be played. */
  #first(scripts: readonly Script[], tool: Tool): readonly Play[] {
    for (const script of scripts) {
      const plays = this.#run(script, tool);
      if (plays.length > 0) return plays;
    }
    return [];
  }

  #run(script: Script, tool: Tool): readonly Play[] {
    const lines = stage(script);
    if (lines === undefined) return [];
    const { outcome, calls } = playLines(this.#program, script.attack, lines);
    if (outcome === undefined || (script.attack.aim === "harm" && missesItsMark(script, calls))) return [];
    return [{ id: "", attack: script.attack, tool: tool.name, outcome, calls, trace: lines.map(({ line }) => line) }];
  }

  /** The tool of the goal, and for the other parts those that are most likely to run: the next ones where these cannot play it. */
  #bindings(parts: readonly Part[], goal: Part, tool: Tool, source: Tool | undefined): readonly Binding[] {
    const others = parts.filter((part) => part !== goal && (part !== "outside" || source === undefined));
    const stands = Math.max(1, ...others.map((part) => Math.min(MOST.stands, this.#withPart(part).length)));
    return Array.from({ length: stands }, (_, index) => {
      const bound = others.flatMap((part): readonly (readonly [Part, Tool])[] => {
        const candidates = this.#withPart(part).filter((one) => one !== tool);
        const found = candidates[Math.min(index, candidates.length - 1)] ?? tool;
        return [[part, found]];
      });
      return new Map([...(source === undefined ? [] : [["outside", source] as const]), ...bound, [goal, tool] as const]);
    });
  }

  /** Those that run come first, and of the user's own those with labels: they say what it is worth. */
  #rank(part: Part, tool: Tool): number {
    return this.#probe.rank(tool) * 2 + (part === "own" && !tool.parts.has("records") ? 1 : 0);
  }

  /** The tools that can play a part: first those that the policy lets run by themselves. */
  #withPart(part: Part): readonly Tool[] {
    const known = this.#candidates.get(part);
    if (known !== undefined) return known;
    const found = this.#tools.filter(({ parts }) => parts.has(part)).map((tool) => ({ tool, rank: this.#rank(part, tool) }));
    const sorted = found.sort((a, b) => a.rank - b.rank).map(({ tool }) => tool);
    this.#candidates.set(part, sorted);
    return sorted;
  }
}

const MISSING: Readonly<Record<Part, string>> = {
  outside: "no tool of yours returns outside text (`trust: untrusted`)",
  trusted: "no tool of yours returns trusted text",
  records: "no tool of yours returns records (`labels`)",
  own: "no tool of yours returns anything of the user's own",
  bulk: "no tool of yours that returns records says how many",
  keeps: "no tool of yours keeps a text",
  sends: "no tool of yours sends anywhere",
  shares: "no tool of yours sends a thing that an arg names",
  fetches: "no read of yours has a `destination`",
  changes: "no tool of yours changes anything here",
  credential: "no tool of yours bears credentials",
  limited: "no limit of yours is about a tool that changes anything",
  unknown: "your catalog matches every name",
  answer: "an agent always answers",
};

/** Whether the harm would stay inside: it goes to a place that nobody can choose. */
function missesItsMark({ attack, cast }: Script, calls: readonly PlayedCall[]): boolean {
  const aimed = attack.steps.some(
    (step) => step.kind === "call" && step.aim === "harm" && step.fill.to.some((to) => /\{(evil|friend)/.test(to)),
  );
  if (!aimed) return false;
  const { evil } = cast.places(cast.kind);
  const harm = calls.filter(({ aim }) => aim === "harm");
  return harm.every(({ external, destinations }) => external === false && !destinations.some((place) => place.includes(evil)));
}
