import type { Operand } from "../code/access.ts";
import type { Code, Run } from "../code/run.ts";
import type { Kind, Value } from "../code/value.ts";
import type { Scope } from "../expression.ts";
import type { Term } from "../term/term.ts";
import type { Named, Type } from "../type.ts";

/** A function that conditions may call. */
export interface Builtin {
  readonly name: string;
  /** one line of the reference */
  readonly says: string;
  /** a condition that calls it */
  readonly example: string;
  /** how it is written: `f(x)`, `x.f()`, or either */
  readonly style: "function" | "method" | "either";
  /** the kinds that each argument may be of, the receiver first */
  readonly params: readonly (readonly Kind[])[];
  /** how many of the last arguments may be left out; `more`: the last one may be repeated */
  readonly optional?: number | "more";
  readonly result: Type;
  /** what its arguments name */
  readonly names?: Named;
  /** the fact that it reads besides its arguments */
  readonly reads?: "session" | "redacted" | "origins";
  /** where it stands in conditions that loosen: hiding an origin makes it false, or changes it in any way */
  readonly hides?: "false" | "any";
  /** the places where it may be called; undefined: wherever conditions stand */
  readonly uses?: readonly Scope["use"][];
  /** The code of a call; throws ConditionError where the arguments that are known at load are wrong. */
  readonly code: (args: readonly Term[]) => Code;
}

/** The code of a function of one argument. */
export function unary(compute: (value: Value, run: Run) => Value): Builtin["code"] {
  return ([first]) => {
    const value = codeOf(first);
    return (facts, run) => compute(value(facts, run), run);
  };
}

/** The code of a function of two arguments. */
export function binary(compute: (a: Value, b: Value, run: Run) => Value): Builtin["code"] {
  return ([first, second]) => {
    const [a, b] = [codeOf(first), codeOf(second)];
    return (facts, run) => compute(a(facts, run), b(facts, run), run);
  };
}

/** The code of an argument; null where it was left out. */
export function codeOf(term: Term | undefined): Code {
  return term?.code ?? (() => null);
}

/** The same, with the place that it reads where it does nothing else. */
export function operandOf(term: Term | undefined): Operand {
  return { code: codeOf(term), place: term?.place };
}
