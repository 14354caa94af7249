import type { Facts } from "../condition/facts.ts";
import type { Rule } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";
import type { Json } from "../value.ts";
import type { DecisionError } from "../policy/decision.ts";
import { cut } from "./cut.ts";
import type { Subject } from "./detection.ts";
import { baseFacts, fullFacts } from "./facts.ts";
import { readResult } from "./keep.ts";
import { layOut } from "./layout.ts";
import { countAll, lazily, sumUp, type Counting } from "./matching.ts";
import { makePlaceholders } from "./placeholder.ts";
import { coversOf, redactValue } from "./redact.ts";
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
  /** found by `secrets`, or opaque: kept nowhere */
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
  const seen = { ...facts, result: content === opaque ? null : readResult(content) };
  const plain = countAll(program, tool.results.filter(isPlain), seen, nothing, errors);
  const subject = lazily(() => subjectOf(plain, content));
  const detecting = tool.results.filter((rule) => !isPlain(rule));
  const { enforced, denying, puts, shadow } = sumUp(tool.results, [...plain, ...countAll(program, detecting, seen, subject, errors)]);
  const looked = content !== opaque && tool.results.some(({ mode }) => mode === "enforce");
  const rest = { puts, shadow, errors, looked };
  const blind = content === opaque ? tool.results.filter(isStrict).map(({ id }) => id) : [];
  if (blind.length > 0 || denying.length > 0) return { ...withheld(blind.length > 0 ? blind : denying), ...rest };
  return content === opaque ? { ...none, ...rest } : { ...rest, ...releaseOf({ program, request, enforced, content, subject }) };
}

function isPlain({ detect }: Rule): boolean {
  return detect === undefined;
}

function nothing(): undefined {
  return undefined;
}

/** Whether a rule may hold something back, so that it has to be able to read. */
function isStrict({ mode, decide, keep }: Rule): boolean {
  return mode === "enforce" && (decide === "deny" || decide === "redact" || keep !== undefined);
}

/** What the detectors of some rules on a result look at. */
export function subjectAfter(program: Program, rules: readonly Rule[], facts: Facts, content: Json): Subject {
  return subjectOf(countAll(program, rules.filter(isPlain), facts, nothing, []), content);
}

/** What detectors look at: what the rules without any have left. */
function subjectOf(plain: readonly Counting[], content: Json | typeof opaque): Subject {
  if (content === opaque) return undefined;
  const kept = cut(
    plain.filter(({ rule }) => rule.mode === "enforce").map(({ rule }) => rule),
    content,
  );
  // where nothing can be kept it is withheld; what is found is for labels then
  return layOut(typeof kept === "string" ? content : kept.content);
}

type Release = Pick<Inspection, "decision" | "rules" | "content" | "redactions">;

/** All that a release is made of. */
interface Releasing {
  readonly program: Program;
  readonly request: Request;
  readonly enforced: readonly Counting[];
  readonly content: Json;
  readonly subject: () => Subject;
}

/** Cuts and redacts what no rule withholds. */
function releaseOf({ program, request, enforced, content, subject }: Releasing): Release {
  const rules = enforced.map(({ rule }) => rule);
  const kept = cut([...rules.filter(isPlain), ...rules.filter((rule) => !isPlain(rule))], content);
  if (typeof kept === "string") return withheld([kept]);
  const redacting = enforced.filter(({ rule }) => rule.decide === "redact");
  if (redacting.length === 0) return { decision: kept.rules.length > 0 ? "redact" : "allow", ...kept, redactions: [] };
  // a rule that finds and cuts leaves another text than the one that was looked at
  const moved = rules.some((rule) => !isPlain(rule) && rule.keep !== undefined);
  const layout = moved ? layOut(kept.content) : (subject() ?? layOut(kept.content));
  const findings = redacting.map(({ rule, detection }) => (moved ? program.detectorOf(rule)(layout.text) : detection.findings));
  const redactions: Redaction[] = [];
  const redacted = redactValue(layout, coversOf(findings.flat()), makePlaceholders(request.placeholders, layout.text, redactions));
  const acting = new Set([...kept.rules, ...redacting.map(({ rule }) => rule.id)]);
  return { decision: "redact", rules: rules.map(({ id }) => id).filter((id) => acting.has(id)), content: redacted, redactions };
}

function withheld(rules: readonly string[]): Release {
  return { decision: "deny", rules, content: null, redactions: [] };
}
