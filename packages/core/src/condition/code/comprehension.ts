import { absorbable, ConditionError } from "../fault.ts";
import type { LoopMacro } from "../functions/macros.ts";
import type { Code, Run } from "./run.ts";
import { isList, isRecord, describe, type Value } from "./value.ts";

/** A macro over the elements of a list or the keys of an object: the variable's slot, and the steps that one round takes. */
export interface Loop {
  readonly macro: LoopMacro;
  readonly range: Code;
  readonly slot: number;
  readonly cost: number;
}

/** `exists` and `all`: `||` or `&&` over the elements; `decisive` is the value that decides alone. */
export function quantifierCode(loop: Loop, predicate: Code, decisive: boolean): Code {
  return (facts, run) => {
    let error: ConditionError | undefined;
    for (const element of elements(loop, loop.range(facts, run), run)) {
      bind(loop, element, run);
      try {
        if (asBoolean(predicate(facts, run), loop) === decisive) return decisive;
      } catch (thrown) {
        error = absorbable(thrown);
      }
    }
    if (error !== undefined) throw error;
    return !decisive;
  };
}

/** `exists_one`: whether the predicate holds for exactly one element; it may fail for none. */
export function existsOneCode(loop: Loop, predicate: Code): Code {
  return (facts, run) => {
    let count = 0;
    for (const element of elements(loop, loop.range(facts, run), run)) {
      bind(loop, element, run);
      if (asBoolean(predicate(facts, run), loop)) count++;
    }
    return count === 1;
  };
}

/** `filter`, and `map` with two and three arguments: of the elements that the predicate keeps what the transform makes. */
export function mapCode(loop: Loop, predicate: Code | undefined, transform: Code): Code {
  return (facts, run) => {
    const list: Value[] = [];
    for (const element of elements(loop, loop.range(facts, run), run)) {
      bind(loop, element, run);
      if (predicate === undefined || asBoolean(predicate(facts, run), loop)) list.push(transform(facts, run));
    }
    return list;
  };
}

/** The value that a macro's variable has in this round. */
export function variableCode(slot: number): Code {
  return (_facts, run) => run.variable(slot);
}

function elements(loop: Loop, range: Value, run: Run): readonly Value[] {
  if (isList(range)) return range;
  if (!isRecord(range)) throw new ConditionError(`\`${loop.macro}\` takes a list or an object, not ${describe(range)}`);
  const keys = Object.keys(range);
  run.charge(keys.length);
  return keys;
}

function bind(loop: Loop, element: Value, run: Run): void {
  run.charge(loop.cost);
  run.bind(loop.slot, element);
}

function asBoolean(value: Value, loop: Loop): boolean {
  if (typeof value === "boolean") return value;
  throw new ConditionError(`\`${loop.macro}\` takes a boolean condition, not ${describe(value)}`);
}
