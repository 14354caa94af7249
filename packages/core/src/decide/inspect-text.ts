import type { Facts } from "../condition/facts.ts";
import type { DecisionError } from "../policy/decision.ts";
import type { Program } from "../policy/program.ts";
import type { Redaction } from "./inspect.ts";
import { layOut } from "./layout.ts";
import { maskText } from "./mask.ts";
import { countAll, lazily, sumUp, type Matching } from "./matching.ts";
import { makePlaceholders } from "./placeholder.ts";
import { coversOf, redactText, redactValue } from "./redact.ts";
import type { Request } from "./request.ts";

/** What the policy makes of a message. */
export interface InputInspection {
  readonly decision: "allow" | "deny";
  readonly rules: readonly string[];
  readonly reason: string;
  readonly puts: readonly string[];
  readonly shadow: readonly string[];
  readonly errors: readonly DecisionError[];
  /** the text without the secrets that were found in it; absent: none were */
  readonly masked?: string;
}

/** What the policy makes of the agent's text. */
export interface OutputInspection {
  readonly decision: "allow" | "redact" | "deny";
  readonly rules: readonly string[];
  /** what may be shown; null where it is withheld */
  readonly text: string | null;
  readonly puts: readonly string[];
  readonly shadow: readonly string[];
  readonly errors: readonly DecisionError[];
  readonly redactions: readonly Redaction[];
}

/** A question about a text: no tool is called. */
export type TextRequest = Omit<Request, "tool" | "args" | "settled">;

/** Inspects a message: pure and synchronous. */
export function inspectInput(program: Program, request: TextRequest, text: string): InputInspection {
  const errors: DecisionError[] = [];
  const { denying, puts, shadow, secrets } = judgeText(program, request, "input", text, errors);
  const masked = secrets.length === 0 ? {} : { masked: maskText(layOut(text), secrets) };
  const rest = { puts, shadow, errors, ...masked };
  const [first] = denying;
  if (first === undefined) return { decision: "allow", rules: [], reason: "", ...rest };
  return { decision: "deny", rules: denying, reason: program.statements.get(first)?.reason ?? `rule \`${first}\` denies it`, ...rest };
}

/** Inspects the agent's text: pure and synchronous. */
export function inspectOutput(program: Program, request: TextRequest, text: string): OutputInspection {
  const errors: DecisionError[] = [];
  const { enforced, denying, puts, shadow } = judgeText(program, request, "output", text, errors);
  const rest = { puts, shadow, errors };
  if (denying.length > 0) return { decision: "deny", rules: denying, text: null, redactions: [], ...rest };
  const redacting = enforced.filter(({ rule }) => rule.decide === "redact");
  if (redacting.length === 0) return { decision: "allow", rules: [], text, redactions: [], ...rest };
  const layout = layOut(text);
  const redactions: Redaction[] = [];
  const covers = coversOf(redacting.flatMap(({ detection }) => detection.findings));
  const redacted = redactValue(layout, covers, makePlaceholders(request.placeholders, "", redactions));
  const rules = redacting.map(({ rule }) => rule.id);
  // INVARIANT: the layout of a text is redacted to a text
  if (typeof redacted !== "string") return { decision: "deny", rules, text: null, redactions: [], ...rest };
  return { decision: "redact", rules, text: redacted, redactions, ...rest };
}

/**
 * What is released of a text's beginning, given that what stands before `horizon` is found by now: up to there, or to where
 * something begins that goes on behind it. Undefined where rules withhold it. For texts that are not JSON.
 */
export function releasablePrefix(
  program: Program,
  request: TextRequest,
  text: string,
  horizon: number,
): { readonly prefix: string; readonly redactions: readonly Redaction[] } | undefined {
  const { enforced, denying } = judgeText(program, request, "output", text, []);
  if (denying.length > 0) return undefined;
  const findings = enforced.flatMap(({ rule, detection }) => (rule.decide === "redact" ? detection.findings : []));
  const covers = coversOf(findings);
  const whole = isPairAt(text, horizon - 1) ? horizon - 1 : horizon;
  const stop = covers.find(({ start, end }) => start < whole && end > whole)?.start ?? whole;
  const before = covers.filter(({ end }) => end <= stop);
  const redactions: Redaction[] = [];
  const prefix = redactText(text.slice(0, stop), before, makePlaceholders(request.placeholders, "", redactions));
  return { prefix, redactions };
}

/** Whether a character of two UTF-16 units begins at a place. */
function isPairAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code < 0xdc00;
}

/** Looks at a text with the rules of its place. */
function judgeText(program: Program, request: TextRequest, place: "input" | "output", text: string, errors: DecisionError[]): Matching {
  const rules = program.texts(place, request.agent.id);
  const layout = lazily(() => layOut(text));
  return sumUp(rules, countAll(program, rules, textFacts(request, text), layout, errors));
}

/** What conditions see on input and output: no tool, no args, no place where anything would go. */
export function textFacts({ principal, agent, context, session, now }: TextRequest, text: string): Facts {
  const tool = { name: "", effect: "unclassified", trust: "untrusted", credential: false, labels: [] } as const;
  return { tool, args: {}, principal, agent, context, session, destinations: [], external: false, resource: null, now, text };
}
