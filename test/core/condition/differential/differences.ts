/** Something in which CEL over JSON differs from the peer's CEL on purpose, or in which the peer is not CEL's. */
export interface Difference {
  readonly because: string;
  /** a condition that shows it: as it stands, the two do not agree */
  readonly example: string;
  /** how the peer has to be asked for what we mean; left out where nothing is written that would show it */
  readonly ask?: (...parts: readonly string[]) => string;
}

/** Every difference that is known; another one fails. */
export const DIFFERENCES = {
  oneNumber: {
    because: "POLICY.md: one number type; the peer's own literals are whole numbers, which it does not mix with others",
    example: "args.num * 2",
    ask: (digits = "0") => (/[.e]/.test(digits) ? digits : `${digits}.0`),
  },
  wholeResult: {
    because: "POLICY.md: one number type; what the peer counts is a whole number, which it does not mix with others",
    example: "size(args.str) + args.num",
    ask: (call = "") => `double(${call})`,
  },
  wholeRange: {
    because: "CEL's `int` has 64 bits; the peer does not look at the range of a double",
    example: "int(args.big) > 0.0",
    ask: (value = "") => `double(int(inRange(${value})))`,
  },
  finite: {
    because: "POLICY.md: a division by zero and a non-finite number are errors",
    example: "1.0 / (args.num - args.num) > 0.0",
    ask: (computed = "") => `finite(${computed})`,
  },
  alike: {
    because: "POLICY.md: comparing arguments of different types is an error, except with null; to the peer they are not equal",
    example: "args.num == args.str",
    ask: (left = "", operator = "", right = "") => `(alike(${left}, ${right}) ? ${left} ${operator} ${right} : false)`,
  },
  alikeWithin: {
    because: "POLICY.md: the operands of `in` are compared as those of `==` are; what is found outweighs errors",
    example: "args.num in args.list",
    ask: (value = "", container = "") => `(alikeWithin(${value}, ${container}) ? dyn(${value}) in dyn(${container}) : false)`,
  },
  joined: {
    because: "the values are JSON's, whose lists hold anything; the peer joins only lists of one type",
    example: '["a"] + [1.0]',
    ask: (left = "", right = "") => `joined(${left}, ${right})`,
  },
  branches: {
    because: "the values are JSON's: `?:` may yield one type or another; the peer refuses that",
    example: 'args.flag ? "a" : ["a"]',
    ask: (part = "") => `dyn(${part})`,
  },
  missingStep: {
    because: "POLICY.md: `has(a.b.c)` is false where any step is missing; to the peer only the last one may be",
    example: "has(args.gone.x)",
    ask: (...paths) => paths.map((path) => `has(${path})`).join(" && "),
  },
  nothingStated: {
    because: "POLICY.md: operands of `==` may be null; the peer refuses it where it knows the other type",
    example: "size(args.str) == null",
    ask: (value = "") => `dyn(${value})`,
  },
  alwaysFails: {
    because: "a condition that can only fail does not load; the peer finds out when it runs",
    example: '["a"][3]',
  },
  wrongLiteral: {
    because: "a call whose literal arguments make it fail does not load, also where the error would be absorbed",
    example: 'args.flag || double("x") == 1.0',
  },
  textOrder: {
    because: "CEL orders texts by code points; the peer orders them by UTF-16 units",
    example: '"\u{1F600}" > "\uE000" && args.flag',
  },
  oneKeyTwice: {
    because: "in CEL a key that stands twice is an error; the peer takes the last one",
    example: '{"a": args.num, "a": args.num}',
  },
  emptyNumber: {
    because: "an empty text is no number; the peer takes it for 0",
    example: "int(args.empty) == int(args.empty)",
  },
  constructorMember: {
    because: "an object may have any member; the peer stumbles over those that are named `constructor` or `toString`",
    example: "size(args.odd) == size(args.odd)",
  },
  numberAsKey: {
    because: "a number is no key of an object; the peer finds the member that is named by its digits",
    example: "args.digits[args.num]",
  },
  remainder: {
    because: "POLICY.md: one number type, so that decimals have a remainder; the peer's have none",
    example: "args.num % 2.0",
  },
} as const satisfies Readonly<Record<string, Difference>>;
