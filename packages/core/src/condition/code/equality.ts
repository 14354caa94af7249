import { ConditionError } from "../fault.ts";
import { type Operand, read } from "./access.ts";
import { compareMoments, Duration, Timestamp } from "./moment.ts";
import type { Code, Run } from "./run.ts";
import { describe, isList, isRecord, type Value, type ValueObject } from "./value.ts";

/** `a == b`, or `a != b` where `wanted` is false; null equals only null, other values of different kinds cannot be compared. */
export function equalsCode(left: Code, right: Code, wanted: boolean): Code {
  return (facts, run) => settle(compare(left(facts, run), right(facts, run), run)) === wanted;
}

/** The same with a string, number or boolean that is known at load. */
export function sameAsCode({ code, place }: Operand, known: string | number | boolean, wanted: boolean): Code {
  return (facts, run) => {
    const actual = read(code, place, facts, run);
    if (actual === known) return wanted;
    if (actual === null || typeof actual === typeof known) return !wanted;
    throw unlike(actual, known);
  };
}

/** `value in container`: as `exists` finds it, so an unlike element matters only where no like one is found. */
export function containsCode(value: Code, container: Code): Code {
  return (facts, run) => {
    const sought = value(facts, run);
    return contains(container(facts, run), sought, run);
  };
}

/** The same where the value is a string, number or boolean known at load; `isAlike`: the engine itself makes the list, of such values only. */
export function holdsCode(known: string | number | boolean, { code, place }: Operand, isAlike: boolean): Code {
  return (facts, run) => {
    const list = read(code, place, facts, run);
    if (!isList(list)) return contains(list, known, run);
    run.charge(list.length);
    if (list.includes(known)) return true;
    if (isAlike) return false;
    for (const element of list) if (element !== null && typeof element !== typeof known) throw unlike(element, known);
    return false;
  };
}

/** Up to so many elements are compared sooner than a text is hashed. */
const FEW = 8;

/** The same for a list that is known at load: strings or numbers alone are looked up at once. */
export function memberOfCode({ code, place }: Operand, known: Value): Code {
  const [first] = isList(known) ? known : [];
  const kind = typeof first;
  if (!isList(known) || (kind !== "string" && kind !== "number") || known.some((element) => typeof element !== kind)) {
    return (facts, run) => contains(known, code(facts, run), run);
  }
  const elements: ReadonlySet<Value> = new Set(known);
  const isAmong = (sought: Value): boolean => (known.length <= FEW ? known.includes(sought) : elements.has(sought));
  return (facts, run) => {
    const sought = read(code, place, facts, run);
    if (typeof sought === kind || sought === null) return isAmong(sought);
    throw unlike(sought, first ?? null);
  };
}

function contains(container: Value, value: Value, run: Run): boolean {
  if (isList(container)) return settle(anyEqual(container, value, run));
  if (!isRecord(container)) throw new ConditionError(`\`in\` takes a list or an object, not ${describe(container)}`);
  return typeof value === "string" ? Object.hasOwn(container, value) : settle(anyEqual(Object.keys(container), value, run));
}

/** The error of two values that cannot be compared. */
export function unlike(a: Value, b: Value): ConditionError {
  return new ConditionError(`${describe(a)} cannot be compared with ${describe(b)}`);
}

/** An error is a value here, so that a difference found later wins over it, as `&&` would have it. */
type Outcome = boolean | ConditionError;

function settle(outcome: Outcome): boolean {
  if (typeof outcome === "boolean") return outcome;
  throw outcome;
}

function compare(a: Value, b: Value, run: Run): Outcome {
  if (a === null || b === null) return a === b;
  if (typeof a === "string" && typeof b === "string") return sameText(a, b, run);
  if (typeof a !== "object" || typeof b !== "object") return typeof a === typeof b ? a === b : unlike(a, b);
  if (isList(a) && isList(b)) return a.length === b.length && sameList(a, b, run);
  if (a instanceof Timestamp && b instanceof Timestamp) return compareMoments(a, b) === 0;
  if (a instanceof Duration && b instanceof Duration) return compareMoments(a, b) === 0;
  return isRecord(a) && isRecord(b) ? sameObject(a, b, run) : unlike(a, b);
}

function sameText(a: string, b: string, run: Run): boolean {
  if (a.length !== b.length) return false;
  run.charge(a.length);
  return a === b;
}

function sameList(a: readonly Value[], b: readonly Value[], run: Run): Outcome {
  run.charge(a.length);
  let outcome: Outcome = true;
  for (let index = 0; index < a.length; index++) {
    const element = compare(a[index] ?? null, b[index] ?? null, run);
    if (element === false) return false;
    if (element !== true) outcome = element;
  }
  return outcome;
}

function sameObject(a: ValueObject, b: ValueObject, run: Run): Outcome {
  const keys = Object.keys(a);
  run.charge(keys.length);
  if (keys.length !== Object.keys(b).length || !keys.every((key) => Object.hasOwn(b, key))) return false;
  let outcome: Outcome = true;
  for (const key of keys) {
    const member = compare(a[key] ?? null, b[key] ?? null, run);
    if (member === false) return false;
    if (member !== true) outcome = member;
  }
  return outcome;
}

function anyEqual(list: readonly Value[], value: Value, run: Run): Outcome {
  run.charge(list.length);
  let outcome: Outcome = false;
  for (const element of list) {
    const equal = compare(element, value, run);
    if (equal === true) return true;
    if (equal !== false) outcome = equal;
  }
  return outcome;
}
