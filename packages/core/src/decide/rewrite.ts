import type { Facts } from "../condition/facts.ts";
import { overlaps } from "../policy/build/path.ts";
import type { Assignment, Rule } from "../policy/policy.ts";
import { isObject, type Json, type JsonObject } from "../value.ts";
import type { DecisionError } from "../policy/decision.ts";
import { matches, valueOf, type Match } from "./evaluate.ts";

/** The args after all matching `set` rules, and which of these rules matched; args null: they could not be had. */
export interface Rewrite {
  readonly args: JsonObject | null;
  readonly matched: ReadonlyMap<Rule, Match>;
}

type Path = readonly string[];

/**
 * Runs the `set` rules in file order, each on the args that the one before left. Where the args are settled already, only
 * which rules match is looked at: a value that can no longer be had changes nothing then.
 */
export function rewrite(sets: readonly Rule[], facts: Facts, errors: DecisionError[], settled?: JsonObject): Rewrite {
  const matched = new Map<Rule, Match>();
  const written: Path[] = [];
  let args = facts.args;
  for (const rule of sets) {
    const seen = { ...facts, args };
    const match = matches(rule.id, rule.when, seen, errors);
    matched.set(rule, match);
    if (match === "no") continue;
    const next = match === "failed" ? null : apply(rule, seen, written, settled === undefined ? errors : []);
    if (next === null && settled === undefined) return { args: null, matched };
    args = next ?? settled ?? args;
  }
  return { args: settled ?? args, matched };
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
