import type { Policy, Program } from "@sallyport/core";
import type { Part } from "./attack.ts";
import { argsOf, type Arg } from "./tool-args.ts";

/** A tool of the user's, as attacks see it. */
export interface Tool {
  readonly name: string;
  readonly args: readonly Arg[];
  readonly parts: ReadonlySet<Part>;
  /** what a rule keeps of its results: a text that is no such object would be withheld */
  readonly kept: readonly (readonly string[])[];
}

/** The tools that a policy knows, each with the parts that it can play; the last one is a tool that it does not know. */
export function toolsOf(program: Program, agent: string): readonly Tool[] {
  const { policy } = program;
  const names = [...new Set(policy.tools.flatMap(({ key }) => (key.includes("*") ? namesFor(key, policy) : [key])))];
  return [...[...names, strangerTo(program)].map((name) => toolOf(name, program, agent)), ANSWER];
}

/** What the agent says in the end: it goes to whatever shows it, and what shows it may fetch what stands in it. */
export const ANSWER: Tool = {
  name: "answer",
  args: [{ path: ["text"], type: "text", required: true, use: "text", kind: "url", schema: {} }],
  parts: new Set<Part>(["answer"]),
  kept: [],
};

function toolOf(name: string, program: Program, agent: string): Tool {
  const { facts, entry, rules, limits, results } = program.lookup(name, agent);
  const destination = entry?.destination === undefined || entry.destination === "none" ? undefined : entry.destination.source;
  const goesSomewhere = destination !== undefined || (facts.effect !== "read" && entry?.destination !== "none");
  const conditions = [
    ...rules.flatMap((rule) => [rule.when?.source ?? "", ...rule.set.map(({ path, value }) => `args.${path.join(".")} ${value.source}`)]),
    ...limits.flatMap(({ when, amount, per }) => [when?.source ?? "", amount === undefined ? "" : `${amount.source} + 0`, per.source]),
    entry?.resource?.source ?? "",
  ];
  const args = argsOf({ input: entry?.input, destination, conditions, goesSomewhere });
  const kept = results.find(({ keep, mode }) => keep !== undefined && mode === "enforce")?.keep ?? [];
  const parts =
    entry === undefined ? (["unknown"] as const) : partsOf(facts, args, { destination, goesSomewhere, isLimited: limits.length > 0 });
  return { name, args, parts: new Set(parts), kept };
}

interface Reach {
  readonly destination: string | undefined;
  readonly goesSomewhere: boolean;
  readonly isLimited: boolean;
}

type Facts = ReturnType<Program["lookup"]>["facts"];

/** The parts that a tool can play. */
function partsOf({ effect, trust, labels, credential }: Facts, args: readonly Arg[], reach: Reach): readonly Part[] {
  const has = { records: labels.length > 0 || credential, place: args.some(({ use }) => use === "to") };
  const also: readonly Part[] = credential ? ["credential"] : [];
  if (effect === "read") {
    const isQuiet = trust === "trusted" && reach.destination === undefined;
    const found: readonly (Part | undefined)[] = [
      ...also,
      trust === "untrusted" ? "outside" : undefined,
      isQuiet ? "trusted" : undefined,
      has.records ? "records" : undefined,
      has.records || isQuiet ? "own" : undefined,
      has.records && args.some(isAmountOfRows) ? "bulk" : undefined,
      reach.destination === undefined ? undefined : "fetches",
    ];
    return found.filter((part) => part !== undefined);
  }
  // what goes somewhere and nothing says where cannot be sent to anybody: it is a change
  const isSent = reach.goesSomewhere && (reach.destination !== undefined || has.place);
  const found: readonly (Part | undefined)[] = [
    ...also,
    effect === "write" && !reach.goesSomewhere ? "keeps" : undefined,
    isSent ? "sends" : "changes",
    isSent && args.some(namesThing) ? "shares" : undefined,
    reach.isLimited ? "limited" : undefined,
  ];
  return found.filter((part) => part !== undefined);
}

/** Whether an arg names what a call is about: a file, a record. */
function namesThing({ use, type, required }: Arg): boolean {
  return use === "other" && type === "text" && required;
}

/** Whether an arg says how many rows a read returns. */
export function isAmountOfRows({ path, type }: Arg): boolean {
  return type === "number" && /limit|count|max|rows|size|top|per_?page|page_?size|first/i.test(path.at(-1) ?? "");
}

/** Names for a glob of the catalog: those that rules speak of, or one that is made up. */
function namesFor(glob: string, { rules, limits, workflows, tools }: Policy): readonly string[] {
  const [start = "", ...rest] = glob.split("*");
  const selectors = [...rules, ...limits, ...workflows.flatMap(({ steps }) => steps)].flatMap((one) => one.tools ?? []);
  const fits = (name: string): boolean => !name.includes("*") && name.startsWith(start) && name.endsWith(rest.at(-1) ?? "");
  const named = selectors.filter((name) => fits(name) && !tools.some(({ key }) => key === name));
  return named.length > 0 ? named : [glob.replaceAll("*", "other")];
}

/** A name that no key of the catalog matches. */
function strangerTo({ lookup, policy }: Program): string {
  const names = ["run_command", "upload_everything", ...policy.tools.map((_tool, index) => `tool_${index}_that_nobody_knows`)];
  return names.find((name) => lookup(name, "").entry === undefined) ?? "any_tool";
}
