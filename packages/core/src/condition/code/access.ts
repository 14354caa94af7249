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

/** The facts whose members are read by themselves, each an object whatever the call; as numbers, since names take longer to compare. */
export const PLACE_FACTS = { args: 0, principal: 1, session: 2, context: 3 } as const;

/** The name of such a fact. */
export type PlaceFact = keyof typeof PLACE_FACTS;

/** A member of such a fact: what most conditions read. */
export interface Place {
  readonly fact: (typeof PLACE_FACTS)[PlaceFact];
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

function factAt(fact: Place["fact"], facts: Facts): ValueObject {
  switch (fact) {
    case PLACE_FACTS.args:
      return facts.args;
    case PLACE_FACTS.principal:
      return facts.principal;
    case PLACE_FACTS.session:
      return facts.session;
    case PLACE_FACTS.context:
      return facts.context;
  }
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
  if (isList(value)) return typeof key === "number" && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof key === "string" && mayHaveMembers(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function noMember(value: Value, text: string): ConditionError {
  return new ConditionError(`there is no \`${text}\`: it is looked for in ${describe(value)}`);
}

function noElement(value: Value, key: Value): ConditionError {
  const text = typeof key === "string" || typeof key === "number" ? `\`${key}\`` : describe(key);
  return new ConditionError(`${describe(value)} has no element ${text}`);
}
