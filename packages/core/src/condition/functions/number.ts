import type { Code, Run } from "../code/run.ts";
import { asNumber, isList, type Value } from "../code/value.ts";
import { ConditionError } from "../fault.ts";
import type { Term } from "../term/term.ts";
import { NUMBER } from "../type.ts";
import type { Builtin } from "./builtin.ts";

/** `min` and `max`, over numbers or over one list of numbers. */
export const NUMBER_FUNCTIONS: readonly Builtin[] = [
  {
    name: "min",
    says: "the least of some numbers, or of a list of numbers",
    example: "min(args.limit, 100) == args.limit",
    style: "function",
    params: [["number", "list"]],
    optional: "more",
    result: NUMBER,
    code: extremeCode("min"),
  },
  {
    name: "max",
    says: "the greatest of some numbers, or of a list of numbers",
    example: "max(args.prices) < 1000",
    style: "function",
    params: [["number", "list"]],
    optional: "more",
    result: NUMBER,
    code: extremeCode("max"),
  },
];

function extremeCode(name: "min" | "max"): Builtin["code"] {
  return (args: readonly Term[]): Code => {
    const codes = args.map((arg) => arg.code);
    return (facts, run) => {
      const values = codes.map((code) => code(facts, run));
      const [only] = values;
      return extreme(name, values.length === 1 && only !== undefined && isList(only) ? only : values, run);
    };
  };
}

function extreme(name: "min" | "max", values: readonly Value[], run: Run): number {
  run.charge(values.length);
  const [first, ...others] = values.map((value) => asNumber(value, `\`${name}\``));
  if (first === undefined) throw new ConditionError(`\`${name}\` of an empty list`);
  return others.reduce((best, value) => (name === "min" ? Math.min(best, value) : Math.max(best, value)), first);
}
