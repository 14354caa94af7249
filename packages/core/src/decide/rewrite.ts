import type { Facts } from "../condition/facts.ts";
import { canonical } from "../json/canonical.ts";
import { overlaps } from "../policy/build/path.ts";
import type { Assignment, Rule } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";
import { isObject, type Json, type JsonObject } from "../value.ts";
import type { DecisionError } from "../policy/decision.ts";
import { matchRule } from "./detection.ts";
import { valueOf, type Match } from "./evaluate.ts";
import { layOutArgs } from "./layout.ts";

/** The args after all matching `set` rules, and which of these rules matched; args null: they could not be had. */
export interface Rewrite {
  readonly args: JsonObject | null;
  /** the leaves that expressions wrote which read no args, and that stand nowhere else in them */
  readonly policyWrote: readonly Json[];
  readonly matched: ReadonlyMap<Rule, Match>;
}

type Path = readonly string[];

/**
 * Runs the `set` rules in file order, each on the args that the one before left. Where the args are settled already, only
 * which rules match is looked at: a value that can no longer be had changes nothing then.
 */
export function rewrite(program: Program, sets: readonly Rule[], facts: Facts, errors: DecisionError[], settled?: JsonObject): Rewrite {
  const matched = new Map<Rule, Match>();
  const written: Path[] = [];
  const own: Path[] = [];
  let args = facts.args;
  for (const rule of sets) {
    const seen = { ...facts, args };
    const { match: found } = matchRule(program, rule, seen, () => layOutArgs(seen.args), errors);
    const match = found === "blind" ? "failed" : found;
    matched.set(rule, match);
    if (match === "no") continue;
    const next = match === "failed" ? null : apply(rule, seen, written, settled === undefined ? errors : []);
    if (next === null && settled === undefined) return { args: null, policyWrote: [], matched };
    args = next ?? settled ?? args;
    if (next !== null) own.push(...rule.set.filter(({ value }) => !value.reads.has("args")).map(({ path }) => path));
  }
  return { args: settled ?? args, policyWrote: own.length === 0 ? [] : leavesAt(args, settled ?? args, own), matched };
}

/**
 * The leaves at some paths, where settled args still hold what the rules wrote there. Origins are by value: one that stands
 * elsewhere in the args too may be the model's, and is left out.
 */
function leavesAt(written: JsonObject, args: JsonObject, paths: readonly Path[]): readonly Json[] {
  const mine: Json[] = [];
  let rest: JsonObject = args;
  for (const path of paths) {
    const value = valueAt(args, path);
    if (value === undefined || canonical(value) !== canonical(valueAt(written, path) ?? null)) continue;
    mine.push(...leavesOf(value));
    rest = write(rest, path, null) ?? rest;
  }
  const others = new Set(leavesOf(rest));
  return mine.filter((leaf) => !others.has(leaf));
}

function valueAt(args: JsonObject, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), args);
}

function leavesOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isObject(value) ? Object.entries(value).flatMap(([key, child]) => [key, ...leavesOf(child)]) : [value];
}

function apply(rule: Rule, facts: Facts, written: Path[], errors: DecisionError[]): JsonObject | null {
  const values: [Assignment, Json][] = [];
  for (const assignment of rule.set) {
    if (written.some((path) => overlaps(path, assignment.path))) {
      errors.push({ rule: rule.id, message: `two matching rules set \`args.${assignment.path.join(".")}\`` });
      return null;
    }
    const value = valueOf(rule.id, assignment.value, facts, errors);
    if (value === undefined) return null;
    values.push([assignment, value]);
  }
  let args: JsonObject = facts.args;
  for (const [{ path }, value] of values) {
    const next = write(args, path, value);
    if (next === undefined) {
      errors.push({ rule: rule.id, message: `\`args.${path.join(".")}\` has no parent object to be set in` });
      return null;
    }
    args = next;
    written.push(path);
  }
  return args;
}

/** A copy of an object with one path written; undefined where a parent is missing. */
function write(object: JsonObject, path: Path, value: Json): JsonObject | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return undefined;
  if (rest.length === 0) return { ...object, [key]: value };
  const child = Object.hasOwn(object, key) ? object[key] : undefined;
  const next = isObject(child) ? write(child, rest, value) : undefined;
  return next === undefined ? undefined : { ...object, [key]: next };
}
