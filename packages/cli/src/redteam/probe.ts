import type { Program } from "@sallyport/core";
import type { Actors } from "./actors.ts";
import type { Attack, Kind } from "./attack.ts";
import { OUTSIDE, type Cast } from "./cast.ts";
import { playLines, type PlayedCall } from "./play.ts";
import { stage } from "./stage.ts";
import type { Arg } from "./tool-args.ts";
import type { Tool } from "./tools.ts";

/** Tries single calls of tools, each in a session of its own, to learn what the catalog does not say. */
export class Probe {
  readonly #program: Program;
  readonly #actors: Actors;
  readonly #inside = new Map<string, string | undefined>();

  constructor(program: Program, actors: Actors) {
    this.#program = program;
    this.#actors = actors;
  }

  /** A tool with args that its destination can be worked out of: nothing says whether an arg is a text or a list. */
  settle(tool: Tool): Tool {
    const places = tool.args.filter(({ use, schema }) => use === "to" && Object.keys(schema).length === 0);
    const asLists = (chosen: readonly Arg[]): Tool => ({
      ...tool,
      args: tool.args.map((arg) => (chosen.includes(arg) ? { ...arg, type: arg.type === "list" ? "text" : "list" } : arg)),
    });
    const ways = [tool, ...places.map((place) => asLists([place])), asLists(places)];
    return ways.find((way) => this.#call(way, "{friend}")?.rules.includes("error:destination") === false) ?? tool;
  }

  /** How a plain call fares: 0 runs, 1 asks, 2 is denied or cannot be made. */
  rank(tool: Tool): number {
    const decision = this.#call(tool, "{friend}")?.decision;
    return decision === "allow" ? 0 : decision === "require_approval" ? 1 : 2;
  }

  /** A place inside the boundary that a tool can be told. */
  insideOf(tool: Tool, kind: Kind): string | undefined {
    if (!this.#inside.has(tool.name)) {
      const places = this.#program.policy.internal.flatMap((entry) => placesOf(entry, kind));
      const found = places.find((place) => this.#call(tool, "{inside}", place)?.external === false);
      this.#inside.set(tool.name, found);
    }
    return this.#inside.get(tool.name);
  }

  #call(tool: Tool, to: string, inside?: string): PlayedCall | undefined {
    const fill = { to: tool.args.some(({ use }) => use === "to") ? [to] : [], text: [] };
    const attack: Attack = {
      ...PROBE,
      steps: [{ kind: "call", part: "unknown", aim: "use", fill, times: 1, session: "main" }],
    };
    const cast: Cast = { kind: kindOf(tool), given: "", evil: "", places: (of) => ({ ...OUTSIDE[of], inside }) };
    const lines = stage({ attack, binding: new Map([["unknown", tool]]), cast, actors: this.#actors, choice: 0 });
    return lines === undefined ? undefined : playLines(this.#program, attack, lines).calls[0];
  }
}

const PROBE: Omit<Attack, "steps"> = {
  id: "probe",
  family: "probe",
  title: "a single call",
  aim: "use",
  severity: "low",
  fix: "none",
  approve: "none",
  takes: "all",
};

/** The sort of place that a tool takes. */
export function kindOf({ args }: Tool): Kind {
  const places = args.filter(({ use }) => use === "to");
  return (places.find(({ required }) => required) ?? places[0] ?? args.find(({ type }) => type === "text"))?.kind ?? "name";
}

/** Places that an entry of the boundary may stand for. */
function placesOf(entry: string, kind: Kind): readonly string[] {
  const isMail = kind === "email" || kind === "name";
  if (entry.startsWith("@") ? !isMail : kind === "email") return [];
  const domain = entry.replace(/^@?(\*\.)?/, (start) => (start.includes("*.") ? "a." : ""));
  if (entry.startsWith("@")) return [`lea@${domain}`];
  if (entry.includes("/") && /^[\d.:a-f]+\/\d+$/i.test(entry)) return [`http://${entry.split("/")[0] ?? ""}/hook`];
  const bare = entry.includes("://") ? [entry.slice(entry.indexOf("://") + 3)] : [];
  const asUrl = [`https://${domain}/hook`, domain];
  return kind === "url" ? [...asUrl, entry, ...bare] : [entry, ...bare, ...asUrl];
}
