import type { Code } from "../code/run.ts";
import { describe, type Value } from "../code/value.ts";
import { ConditionError } from "../fault.ts";
import type { Node } from "../syntax/parse.ts";
import { describeType, joinTypes, listOf } from "../type.ts";
import { type Context, reject } from "./context.ts";
import { isKind } from "./operator.ts";
import { fixedValue, strictTerm, type Term } from "./term.ts";

/** `[a, b]` */
export function listTerm(elements: readonly Term[]): Term {
  const codes = elements.map((element) => element.code);
  const type = listOf(joinTypes(elements.map((element) => element.type)));
  return { ...strictTerm(type, elements, (facts, run) => codes.map((code) => code(facts, run))), elements };
}

/** `{a: b}`: keys are strings, each stands once. */
export function objectTerm(context: Context, node: Node, entries: readonly (readonly [Term, Term])[]): Term {
  const wrong = entries.find(([key]) => !isKind(key.type, "string"));
  if (wrong !== undefined) return reject(context, node, `the keys of an object are strings, not ${describeType(wrong[0].type)}`);
  const keys = entries.map(([key]) => fixedValue(key)).filter((key) => typeof key === "string");
  const twice = keys.find((key, position) => keys.indexOf(key) !== position);
  if (twice !== undefined) return reject(context, node, `the key \`${twice}\` stands twice`);
  const rest = joinTypes(entries.map(([, value]) => value.type));
  return strictTerm({ kind: "object", members: new Map(), rest }, entries.flat(), objectCode(entries));
}

function objectCode(entries: readonly (readonly [Term, Term])[]): Code {
  return (facts, run) => {
    const object: { [key: string]: Value } = {};
    for (const [key, value] of entries) {
      const name = keyOf(key.code(facts, run), object);
      object[name] = value.code(facts, run);
    }
    return object;
  };
}

function keyOf(key: Value, object: object): string {
  if (typeof key !== "string") throw new ConditionError(`the keys of an object are strings, not ${describe(key)}`);
  if (key === "__proto__") throw new ConditionError("`__proto__` cannot be a key");
  if (Object.hasOwn(object, key)) throw new ConditionError(`the key \`${key}\` stands twice`);
  return key;
}
