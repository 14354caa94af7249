import * as fc from "fast-check";
import { DIFFERENCES } from "./differences.ts";
import { number, text } from "./facts.ts";
import { type Draft, loop, mistake, numeral, quoted, same, spell, variable, type Writing } from "./writing.ts";

/** Drafts by the kind of value that they should have: a fact may be of another kind, or missing. */
type Kinds = {
  readonly truth: Draft;
  readonly number: Draft;
  readonly text: Draft;
  readonly list: Draft;
  readonly object: Draft;
  readonly any: Draft;
};

type Tie = (kind: keyof Kinds) => fc.Arbitrary<Draft>;

/** Any condition in both spellings; where mistakes are wanted, an ill-typed part may stand anywhere in it. */
export function expression(kind: keyof Kinds, mistakes: "with mistakes" | "sound" = "sound"): fc.Arbitrary<Writing> {
  const drafts = fc.letrec<Kinds>((tie) => ({
    truth: choose(mistakes === "sound" ? [] : [TRUTH_MISTAKES], truths(tie)),
    number: choose(mistakes === "sound" ? [] : [NUMBER_MISTAKES], numbers(tie)),
    text: choose([], texts(tie)),
    list: choose([], lists(tie)),
    object: choose([], objects(tie)),
    any: choose([], anything(tie)),
  }));
  return drafts[kind].map((draft) => draft([]));
}

const TRUTH_MISTAKES = fc.constantFrom(
  mistake("!1", "!1.0"),
  mistake('("a" == 1)', '("a" == 1.0)'),
  mistake('("a" < 1)', '("a" < 1.0)'),
  mistake('("a" in "abc")'),
  mistake('"a".startsWith(1)', '"a".startsWith(1.0)'),
  mistake("(1 && true)", "(1.0 && true)"),
  mistake("(null < 1)", "(null < 1.0)"),
  mistake("nowhere"),
  mistake("unheard(args.num)"),
);
const NUMBER_MISTAKES = fc.constantFrom(
  mistake('(1 + "a")', '(1.0 + "a")'),
  mistake("size(1)", "size(1.0)"),
  mistake("(1 ? 2 : 3)", "(1.0 ? 2.0 : 3.0)"),
);

/** One of some drafts; those that stand first are what a failing condition shrinks to. */
function choose(mistakes: readonly fc.Arbitrary<Draft>[], drafts: readonly fc.Arbitrary<Draft>[]): fc.Arbitrary<Draft> {
  return fc.oneof({ maxDepth: 4, depthSize: "small", withCrossShrink: true }, ...drafts, ...mistakes);
}

function fact(...paths: readonly string[]): fc.Arbitrary<Draft> {
  return fc.constantFrom(...paths.map(same));
}

function bound(otherwise: Draft): fc.Arbitrary<Draft> {
  return fc.nat(2).map((back) => variable(back, otherwise));
}

const NUMERAL = number().map(numeral);
const QUOTED = fc.tuple(text(), fc.constantFrom("double", "single", "triple", "code")).map(([value, way]) => quoted(value, way));
const TRUTH = fact("args.flag", "true", "false", "args.nothing");
const TIMES = fc.constantFrom("1970-01-01T00:00:00Z", "2026-11-22T05:30:00Z", "2026-11-22T10:00:00+05:30", "2099-12-31T23:59:59.5Z");
const DURATIONS = fc.constantFrom("0s", "1h30m", "24h", "1.5s");
const PATTERNS = fc.constantFrom("^a", "b$", "^[a-z]+$", "[0-9]", "a|1", "^$", "(ab)+", "\\\\.", "A{1,2}");
const METHODS = fc.constantFrom("startsWith", "endsWith", "contains");
const ORDERS = fc.constantFrom("<", "<=", ">", ">=");
const QUANTIFIERS = fc.constantFrom("all", "exists", "exists_one");
const CLOCK = fc.constantFrom("getHours", "getFullYear", "getMonth", "getDayOfWeek", "getDate", "getMinutes");

function truths(tie: Tie): readonly fc.Arbitrary<Draft>[] {
  const [truth, text, number, any, list] = [tie("truth"), tie("text"), tie("number"), tie("any"), tie("list")];
  const equality = fc.constantFrom("==", "!=");
  return [
    TRUTH,
    bound(same("args.flag")),
    has(),
    fc.tuple(text, equality, text).map(([a, operator, b]) => compared(a, operator, b)),
    fc.tuple(number, equality, number).map(([a, operator, b]) => compared(a, operator, b)),
    fc.tuple(any, equality, any).map(([a, operator, b]) => compared(a, operator, b, "any")),
    fc.tuple(any, fc.oneof(list, tie("object"))).map(([a, b]) => spell([a, b], (x, y) => `(${x} in ${y})`, DIFFERENCES.alikeWithin.ask)),
    fc.tuple(number, ORDERS, number).map(([a, operator, b]) => spell([a, b], (x, y) => `(${x} ${operator} ${y})`)),
    fc.tuple(text, ORDERS, text).map(([a, operator, b]) => spell([a, b], (x, y) => `(${x} ${operator} ${y})`)),
    fc.tuple(truth, fc.constantFrom("&&", "||"), truth).map(([a, operator, b]) => spell([a, b], (x, y) => `(${x} ${operator} ${y})`)),
    fc
      .tuple(truth, fc.constantFrom("&&", "||"), truth, truth)
      .map(([a, op, b, c]) => spell([a, b, c], (...all) => `(${all.join(` ${op} `)})`)),
    truth.map((a) => spell([a], (x) => `!${x}`)),
    conditional(truth, truth),
    fc.tuple(text, METHODS, text).map(([a, method, b]) => spell([a, b], (x, y) => `${x}.${method}(${y})`)),
    fc.tuple(text, PATTERNS).map(([a, pattern]) => spell([a], (x) => `${x}.matches("${pattern}")`)),
    fc
      .tuple(QUANTIFIERS, METHODS, text)
      .map(([name, method, a]) => spell([a], (x) => `session.labels.${name}(label, label.${method}(${x}))`)),
    fc.tuple(text, QUANTIFIERS).map(([a, name]) =>
      spell(
        [a],
        (x) => `session.labels.${name}(label, label != ${x})`,
        (x = "") => `session.labels.${name}(label, ${DIFFERENCES.alike.ask("label", "!=", x)})`,
      ),
    ),
    fc.tuple(list, QUANTIFIERS, truth).map(([range, name, part]) => loop(name, range, [part])),
    fc.tuple(ORDERS, TIMES).map(([operator, time]) => same(`(now ${operator} timestamp("${time}"))`)),
    fc
      .tuple(DURATIONS, ORDERS, TIMES)
      .map(([span, operator, time]) => same(`(now - duration("${span}") ${operator} timestamp("${time}"))`)),
    fc
      .tuple(TIMES, ORDERS, DURATIONS)
      .map(([time, operator, span]) => same(`(now - timestamp("${time}") ${operator} duration("${span}"))`)),
  ];
}

function compared(a: Draft, operator: string, b: Draft, of?: "any"): Draft {
  const hidden = (value: string): string => (of === undefined ? value : DIFFERENCES.nothingStated.ask(value));
  return spell(
    [a, b],
    (x, y) => `(${x} ${operator} ${y})`,
    (x = "", y = "") => DIFFERENCES.alike.ask(hidden(x), operator, hidden(y)),
  );
}

function has(): fc.Arbitrary<Draft> {
  const root = fc.constantFrom("args", "context", "principal");
  const names = fc.array(fc.constantFrom("obj", "num", "list", "x", "y", "z", "device", "level", "gone"), { minLength: 1, maxLength: 3 });
  return fc.tuple(root, names).map(([first, rest]) => {
    const paths = rest.map((_, at) => [first, ...rest.slice(0, at + 1)].join("."));
    return spell(
      [],
      () => `has(${paths.at(-1)})`,
      () => `(${DIFFERENCES.missingStep.ask(...paths)})`,
    );
  });
}

/** Both branches are of one kind; the peer would know more of lists than that. */
function conditional(truth: fc.Arbitrary<Draft>, branch: fc.Arbitrary<Draft>, of?: "any"): fc.Arbitrary<Draft> {
  const hidden = (value = ""): string => (of === undefined ? value : DIFFERENCES.branches.ask(value));
  const peers = (c = "", x = "", y = ""): string => `(${c} ? ${hidden(x)} : ${hidden(y)})`;
  return fc.tuple(truth, branch, branch).map((parts) => spell(parts, (c, x, y) => `(${c} ? ${x} : ${y})`, peers));
}

function numbers(tie: Tie): readonly fc.Arbitrary<Draft>[] {
  const number = tie("number");
  const whole = DIFFERENCES.wholeResult.ask;
  const sized = fc.oneof(tie("text"), tie("list"), tie("object"));
  return [
    NUMERAL,
    fact("args.num", "args.num2", "principal.level", "args.nums[0]", "args.obj.x"),
    bound(same("args.num")),
    sized.map((a) =>
      spell(
        [a],
        (x) => `size(${x})`,
        (x) => whole(`size(${x})`),
      ),
    ),
    sized.map((a) =>
      spell(
        [a],
        (x) => `${x}.size()`,
        (x) => whole(`${x}.size()`),
      ),
    ),
    fc.tuple(number, fc.constantFrom("+", "-", "*", "/"), number).map(([a, operator, b]) => computed(a, operator, b)),
    number.map((a) => spell([a], (x) => `(-${x})`)),
    number.map((a) => spell([a], (x) => `int(${x})`, DIFFERENCES.wholeRange.ask)),
    fc.constantFrom("1", "-2.5", "1e3", "x", " 1").map((digits) => spell([], () => `double(dyn("${digits}"))`)),
    conditional(tie("truth"), number),
    CLOCK.map((name) =>
      spell(
        [],
        () => `now.${name}()`,
        () => whole(`now.${name}()`),
      ),
    ),
  ];
}

function computed(a: Draft, operator: string, b: Draft): Draft {
  return spell(
    [a, b],
    (x, y) => `(${x} ${operator} ${y})`,
    (x, y) => DIFFERENCES.finite.ask(`(${x} ${operator} ${y})`),
  );
}

function texts(tie: Tie): readonly fc.Arbitrary<Draft>[] {
  return [
    QUOTED,
    fact("args.str", "args.str2", "principal.id", "context.device", "args.list[0]", "args.obj.y"),
    bound(same("args.str")),
    fc.tuple(tie("text"), tie("text")).map(([a, b]) => computed(a, "+", b)),
    fc.oneof(tie("number"), tie("truth"), tie("text")).map((a) => spell([a], (x) => `string(${x})`)),
    conditional(tie("truth"), tie("text")),
  ];
}

function lists(tie: Tie): readonly fc.Arbitrary<Draft>[] {
  const [list, truth, any] = [tie("list"), tie("truth"), tie("any")];
  const literal = (element: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> =>
    fc.array(element, { maxLength: 3 }).map((elements) => spell(elements, (...all) => `dyn([${all.join(", ")}])`));
  return [
    fact("args.list", "args.nums", "args.mixed", "dyn(session.labels)", "principal.roles", "dyn([])"),
    literal(tie("text")),
    literal(tie("number")),
    literal(any),
    fc.tuple(list, truth).map(([range, part]) => loop("filter", range, [part])),
    fc.tuple(list, any).map(([range, part]) => loop("map", range, [part])),
    fc.tuple(list, truth, any).map(([range, ...parts]) => loop("map", range, parts)),
    fc.tuple(list, list).map((parts) => spell(parts, (x, y) => `(${x} + ${y})`, DIFFERENCES.joined.ask)),
    conditional(truth, list, "any"),
  ];
}

function objects(tie: Tie): readonly fc.Arbitrary<Draft>[] {
  const members = fc.uniqueArray(fc.tuple(fc.constantFrom("x", "y", "a b", "length"), tie("any")), {
    selector: ([key]) => key,
    maxLength: 3,
  });
  const literal = members.map((pairs) =>
    spell(
      pairs.map(([, value]) => value),
      (...values) => `dyn({${pairs.map(([key], at) => `"${key}": ${values[at] ?? ""}`).join(", ")}})`,
    ),
  );
  return [fact("args.obj", "principal", "context", "args"), literal, conditional(tie("truth"), tie("object"), "any")];
}

function anything(tie: Tie): readonly fc.Arbitrary<Draft>[] {
  const hidden = (kind: keyof Kinds): fc.Arbitrary<Draft> => tie(kind).map((a) => spell([a], (x) => `dyn(${x})`));
  const names = fc.constantFrom("x", "y", "z", "num", "length", "constructor", "gone", "__proto__");
  return [
    fact("args.num", "args.str", "args.flag", "args.nothing", "args.obj", "args.mixed", "args.gone", "dyn(null)", 'args["str"]'),
    bound(same("args.mixed")),
    hidden("text"),
    hidden("number"),
    hidden("truth"),
    hidden("list"),
    hidden("object"),
    fc.tuple(tie("list"), tie("number")).map((parts) => spell(parts, (x, y) => `dyn(${x})[${y}]`)),
    fc.tuple(tie("any"), tie("any")).map((parts) => spell(parts, (x, y) => `${x}[${y}]`)),
    fc.tuple(tie("object"), names).map(([object, name]) => spell([object], (x) => `dyn(${x}).${name}`)),
    fc.tuple(tie("any"), names).map(([object, name]) => spell([object], (x) => `${x}.${name}`)),
  ];
}
