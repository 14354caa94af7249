import { read } from "../code/access.ts";
import type { Code, Run } from "../code/run.ts";
import { asString, isList, isRecord, describe, type Value } from "../code/value.ts";
import { ConditionError } from "../fault.ts";
import { compileGlob } from "../glob.ts";
import { compilePattern, type Pattern } from "../pattern/pattern.ts";
import { compileSearch } from "../search.ts";
import { fixedValue, type Term } from "../term/term.ts";
import { BOOL, NUMBER } from "../type.ts";
import { binary, type Builtin, codeOf, operandOf, unary } from "./builtin.ts";

/** The functions over text, and `size`. */
export const TEXT_FUNCTIONS: readonly Builtin[] = [
  {
    name: "size",
    says: "characters of a string, elements of a list, members of an object; also `x.size()`",
    example: "size(args.to) > 3",
    style: "either",
    params: [["string", "list", "object"]],
    result: NUMBER,
    code: unary(size),
  },
  {
    name: "contains",
    says: "whether a text stands in another",
    example: 'args.body.contains("CONFIDENTIAL")',
    style: "method",
    params: [["string"], ["string"]],
    result: BOOL,
    code: binary(containsText),
  },
  {
    name: "startsWith",
    says: "whether a text starts with another",
    example: 'args.key.startsWith("public/")',
    style: "method",
    params: [["string"], ["string"]],
    result: BOOL,
    code: affixCode("startsWith"),
  },
  {
    name: "endsWith",
    says: "whether a text ends with another",
    example: 'args.key.endsWith(".pdf")',
    style: "method",
    params: [["string"], ["string"]],
    result: BOOL,
    code: affixCode("endsWith"),
  },
  {
    name: "matches",
    says: "whether a pattern stands in a text; RE2 syntax, a literal, anchor it by `^` and `$`; also `x.matches(…)`",
    example: 'args.id.matches("^[A-Z]{2}[0-9]+$")',
    style: "either",
    params: [["string"], ["string"]],
    result: BOOL,
    code: matchesCode,
  },
  {
    name: "glob",
    says: "whether a whole text matches a glob: `*` is any text, every other character is itself",
    example: 'glob(args.key, "reports/*.csv")',
    style: "function",
    params: [["string"], ["string"]],
    result: BOOL,
    code: globCode,
  },
];

/** Up to here a search that is not linear does no harm. */
const SHORT = 64;

/** Characters of a string by code points, elements of a list, members of an object. */
function size(value: Value, run: Run): number {
  if (typeof value === "string") return countPoints(value, run);
  if (isList(value)) return value.length;
  if (!isRecord(value)) throw new ConditionError(`\`size\` takes a string, a list or an object, not ${describe(value)}`);
  const keys = Object.keys(value);
  run.charge(keys.length);
  return keys.length;
}

function countPoints(text: string, run: Run): number {
  run.charge(text.length);
  let count = 0;
  for (const _point of text) count++;
  return count;
}

function containsText(text: Value, part: Value, run: Run): boolean {
  const [whole, sought] = [asString(text, "`contains`"), asString(part, "`contains`")];
  run.charge(whole.length + sought.length);
  if (sought.length <= SHORT) return whole.includes(sought);
  return compileSearch(sought)(whole, 0, whole.length) >= 0;
}

function affixCode(name: "startsWith" | "endsWith"): Builtin["code"] {
  const what = `\`${name}\``;
  return ([first, second]) => {
    const { code, place } = operandOf(first);
    const known = second === undefined ? undefined : fixedValue(second);
    const affix = codeOf(second);
    return (facts, run) => {
      const whole = read(code, place, facts, run);
      const part = known ?? affix(facts, run);
      if (typeof whole !== "string" || typeof part !== "string") throw notText(what, whole, part);
      run.charge(part.length);
      return name === "startsWith" ? whole.startsWith(part) : whole.endsWith(part);
    };
  };
}

function notText(what: string, ...values: readonly Value[]): ConditionError {
  const wrong = values.find((value) => typeof value !== "string") ?? null;
  return new ConditionError(`${what} takes a string, not ${describe(wrong)}`);
}

function matchesCode([subject, pattern]: readonly Term[]): Code {
  const matches = patternOf(pattern);
  const { code, place } = operandOf(subject);
  return (facts, run) => {
    const whole = asString(read(code, place, facts, run), "`matches`");
    run.charge(whole.length);
    return matches(whole);
  };
}

/** A pattern is known at load: RE2's syntax, no back references, no look-around. */
function patternOf(pattern: Term | undefined): Pattern {
  const source = pattern === undefined ? undefined : fixedValue(pattern);
  if (typeof source !== "string") throw new ConditionError("the pattern of `matches` must be a string literal");
  try {
    return compilePattern(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace("error parsing regexp: ", "") : String(error);
    throw new ConditionError(`the pattern cannot be compiled: ${reason}`);
  }
}

function globCode([subject, pattern]: readonly Term[]): Code {
  const known = pattern === undefined ? undefined : fixedValue(pattern);
  const matcher = typeof known === "string" ? compileGlob(known) : undefined;
  const [text, glob] = [codeOf(subject), codeOf(pattern)];
  return (facts, run) => {
    const whole = asString(text(facts, run), "`glob`");
    run.charge(whole.length);
    return (matcher ?? dynamicGlob(glob(facts, run), run))(whole);
  };
}

function dynamicGlob(pattern: Value, run: Run): (text: string) => boolean {
  const glob = asString(pattern, "`glob`");
  run.charge(glob.length);
  return compileGlob(glob);
}
