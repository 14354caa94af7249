import type { Facts } from "../condition/facts.ts";
import { canonical } from "../json/canonical.ts";
import type { Rule } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";
import type { Json } from "../value.ts";
import type { DecisionError } from "../policy/decision.ts";
import { matches } from "./evaluate.ts";
import { baseFacts, fullFacts } from "./facts.ts";
import { keepPaths, readResult, unreadable } from "./keep.ts";
import type { Request } from "./request.ts";

/** What the policy makes of a result before the model sees it. */
export interface Inspection {
  readonly decision: "allow" | "redact" | "deny";
  readonly rules: readonly string[];
  /** what is released; null where it is withheld */
  readonly content: Json;
  readonly puts: readonly string[];
  readonly shadow: readonly string[];
  readonly errors: readonly DecisionError[];
  /** whether rules looked at it: then nothing but the copy that they saw may be released */
  readonly looked: boolean;
  /** placeholders that were made here, and not before in the session */
  readonly redactions: readonly Redaction[];
}

/** A value that was replaced. */
export interface Redaction {
  readonly placeholder: string;
  readonly value: string;
  /** found by `secrets`: kept nowhere */
  readonly secret: boolean;
}

/** Content that cannot be read: binary, cyclic, no JSON. */
export const opaque: unique symbol = Symbol("opaque");

/** Inspects a result (or an error) of a call: pure and synchronous. */
export function inspect(program: Program, request: Request, content: Json | typeof opaque): Inspection {
  const tool = program.lookup(request.tool, request.agent.id);
  const none: Inspection = {
    decision: "allow",
    rules: [],
    content: content === opaque ? null : content,
    puts: [],
    shadow: [],
    errors: [],
    looked: false,
    redactions: [],
  };
  if (tool.results.length === 0) return none;
  const errors: DecisionError[] = [];
  const facts = fullFacts(program, tool, { ...baseFacts(tool, request), args: request.settled ?? request.args }, errors);
  if (typeof facts === "string") return { ...none, ...withheld([facts]), errors, looked: true };
  const found = matching(tool.results, content === opaque ? { ...facts, result: null } : { ...facts, result: readResult(content) }, errors);
  const puts = [...new Set(found.enforced.flatMap((rule) => rule.labels))];
  const looked = content !== opaque && tool.results.some(({ mode }) => mode === "enforce");
  const rest = { puts, shadow: found.shadow, errors, looked, redactions: [] };
  const blind = content === opaque ? tool.results.filter(isStrict) : [];
  const denying = found.enforced.filter((rule) => rule.decide === "deny" || (found.failed.has(rule) && rule.keep !== undefined));
  if (blind.length > 0) return { ...withheld(blind.map((rule) => rule.id)), ...rest };
  if (denying.length > 0) return { ...withheld(denying.map((rule) => rule.id)), ...rest };
  return {
    ...cut(
      found.enforced.filter((rule) => rule.keep !== undefined),
      content,
    ),
    ...rest,
  };
}

/** Whether a rule may hold something back, so that it has to be able to read. */
function isStrict({ mode, decide, keep }: Rule): boolean {
  return mode === "enforce" && (decide === "deny" || keep !== undefined);
}

interface Matching {
  readonly enforced: readonly Rule[];
  readonly failed: ReadonlySet<Rule>;
  readonly shadow: readonly string[];
}

function matching(rules: readonly Rule[], facts: Facts, errors: DecisionError[]): Matching {
  const failed = new Set<Rule>();
  const found = rules.filter((rule) => {
    const match = matches(rule.id, rule.when, facts, errors);
    if (match === "failed") failed.add(rule);
    return match === "yes" || (match === "failed" && (rule.decide !== "allow" || rule.keep !== undefined));
  });
  const shadow = found.filter((rule) => rule.mode === "shadow").map((rule) => rule.id);
  return { enforced: found.filter((rule) => rule.mode === "enforce"), failed, shadow };
}

type Release = Pick<Inspection, "decision" | "rules" | "content">;

/** Applies every `keep` in turn, which leaves their intersection. */
function cut(rules: readonly Rule[], content: Json | typeof opaque): Release {
  if (content === opaque) return { decision: "allow", rules: [], content: null };
  let left = content;
  const cutting: string[] = [];
  for (const rule of rules) {
    const kept = keepPaths(left, rule.keep ?? []);
    if (kept === unreadable) return withheld([rule.id]);
    if (!isUncut(kept, left)) cutting.push(rule.id);
    left = kept;
  }
  return { decision: cutting.length > 0 ? "redact" : "allow", rules: cutting, content: left };
}

/** Whether nothing was taken away. Of text that is all of it but white space: a key that stood twice is gone by now. */
function isUncut(kept: Json, left: Json): boolean {
  if (typeof left === "string") return kept === left.replace(WHITE_SPACE, "$1");
  return canonical(kept) === canonical(left);
}

// white space of a JSON text, with its strings stepped over
const WHITE_SPACE = /("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g;

function withheld(rules: readonly string[]): Release {
  return { decision: "deny", rules, content: null };
}
