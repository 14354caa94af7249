import type { ConditionProblem, Scope } from "../expression.ts";
import { ConditionError } from "../fault.ts";
import type { Names } from "../names.ts";
import { DYN, type Type } from "../type.ts";
import { FACTS, NOTHING, type Span, type Term } from "./term.ts";

/** A variable that a macro binds. */
interface Variable {
  readonly slot: number;
  readonly type: Type;
}

/** What compiling a part needs to know: where it stands, and where problems and the names that are read are gathered. */
export interface Context {
  readonly source: string;
  readonly names: Names;
  readonly scope: Partial<Scope>;
  readonly variables: ReadonlyMap<string, Variable>;
  /** how many macros stand around it: the slot of the next one's variable */
  readonly slots: number;
  /** only `&&`, `||`, `exists` and `all` stand around it */
  readonly monotone: boolean;
  /** how deep it is nested */
  readonly depth: number;
  readonly problems: ConditionProblem[];
  readonly reads: Set<string>;
}

/** Reports a problem of a part; the term that stands in for it raises no others. */
export function reject(context: Context, { start, end }: Span, message: string): Term {
  context.problems.push({ message, start, end });
  return broken(message);
}

function broken(message: string): Term {
  const code = (): never => {
    throw new ConditionError(message);
  };
  return { type: DYN, code, cost: 1, needs: FACTS };
}

/** The context inside a macro: its variable hides what had its name. */
export function withVariable(context: Context, name: string, type: Type): Context {
  const variables = new Map(context.variables).set(name, { slot: context.slots, type });
  return { ...context, variables, slots: context.slots + 1 };
}

/** What is left of a term's needs outside the macro that binds this slot. */
export function outside(needs: number, slot: number): number {
  return needs >= slot ? NOTHING : needs;
}
