import type { Facts } from "../facts.ts";
import { ConditionError } from "../fault.ts";
import type { Code, Run } from "./run.ts";
import { describe, isList, kindOf, mayHaveMembers, type Value, type ValueObject } from "./value.ts";

/** One step into a value: `.name`, or `[index]`. */
export type Step = string | Code;

/** Where a chain of steps starts, and the steps. */
export interface Path {
  readonly base: Code;
  readonly steps: readonly Step[];
}

/** The facts whose members are read by themselves: each is an object, whatever the call. */
export const PLACE_FACTS = ["args", "principal", "session", "context"] as const;

/** A member of such a fact: what most conditions read. */
export interface Place {
  /** the index of the fact: names take longer to compare */
  readonly fact: number;
  readonly name: string;
  /** What is thrown where it is not there. */
  readonly missing: () => ConditionError;
}

/** What a test is about: code, and the place that it reads where it does nothing else. */
export interface Operand {
  readonly code: Code;
  readonly place?: Place | undefined;
}

/** The value of an operand; a place is looked at here, since calling its code would take longer than most tests do. */
export function read(code: Code, place: Place | undefined, facts: Facts, run: Run): Value {
  if (place === undefined) return code(facts, run);
  const object = factAt(place.fact, facts);
  const value = object[place.name];
  if (value !== undefined && Object.hasOwn(object, place.name)) return value;
  throw place.missing();
}

function factAt(index: number, { args, principal, session, context }: Facts): ValueObject {
  if (index === 0) return args;
  if (index === 1) return principal;
  return index === 2 ? session : context;
}

/** `a.name`, which the source writes `text`: a missing member, or no object, is an error; only own members count. */
export function selectCode(object: Code, name: string, text: string): Code {
  const missing = missingMember(text);
  return (facts, run) => {
    const value = object(facts, run);
    const member = mayHaveMembers(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    if (member !== undefined) return member;
    throw kindOf(value) === "object" ? missing() : noMember(value, text);
  };
}

/** `a[b]`: a list by a whole number within it, an object by a string. */
export function indexCode(container: Code, index: Code): Code {
  return (facts, run) => {
    const value = container(facts, run);
    const key = index(facts, run);
    const found = lookUp(value, key);
    if (found !== undefined) return found;
    throw noElement(value, key);
  };
}

/** `has(a.b.c)`: whether every step is there; only `a` itself and what stands in brackets may fail. */
export function hasCode({ base, steps }: Path): Code {
  return (facts, run) => {
    let value: Value | undefined = base(facts, run);
    for (const step of steps) {
      value = lookUp(value, typeof step === "string" ? step : step(facts, run));
      if (value === undefined) return false;
    }
    return true;
  };
}

/** What is thrown where a member is not there. */
export function missingMember(text: string): () => ConditionError {
  // made once, since errors are absorbed often and are slow to make
  let error: ConditionError | undefined;
  return () => (error ??= new ConditionError(`there is no \`${text}\``));
}

function lookUp(value: Value, key: Value): Value | undefined {
  if (isList(value)) return typeof key === "number" ? value[key] : undefined;
  return typeof key === "string" && mayHaveMembers(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function noMember(value: Value, text: string): ConditionError {
  return new ConditionError(`there is no \`${text}\`: it is looked for in ${describe(value)}`);
}

function noElement(value: Value, key: Value): ConditionError {
  const text = typeof key === "string" || typeof key === "number" ? `\`${key}\`` : describe(key);
  return new ConditionError(`${describe(value)} has no element ${text}`);
}
