import type { DecisionError } from "../policy/decision.ts";
import type { Program } from "../policy/program.ts";
import type { Redaction } from "./inspect.ts";
import type { Request } from "./request.ts";

/** What the policy makes of a message. */
export interface InputInspection {
  readonly decision: "allow" | "deny";
  readonly rules: readonly string[];
  readonly reason: string;
  readonly puts: readonly string[];
  readonly shadow: readonly string[];
  readonly errors: readonly DecisionError[];
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

type TextRequest = Omit<Request, "tool" | "args" | "settled">;

/** Inspects a message: pure and synchronous. */
export function inspectInput(_program: Program, _request: TextRequest, _role: string, _text: string): InputInspection {
  return { decision: "allow", rules: [], reason: "", puts: [], shadow: [], errors: [] };
}

/** Inspects the agent's text: pure and synchronous. */
export function inspectOutput(_program: Program, _request: TextRequest, text: string): OutputInspection {
  return { decision: "allow", rules: [], text, puts: [], shadow: [], errors: [], redactions: [] };
}
