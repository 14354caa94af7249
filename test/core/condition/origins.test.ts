import { describe, expect, test } from "vitest";
import type { Scope } from "../../../packages/core/src/condition/expression.ts";
import type { OriginFacts } from "../../../packages/core/src/condition/facts.ts";
import type { Json } from "../../../packages/core/src/value.ts";
import { factsWith, load, problemsOf } from "./sample.ts";

const loosening: Scope = { use: "when", origins: "tightening" };

/** Sees the value `seen` in a user message, and everything else nowhere. */
const origins: OriginFacts = {
  originsOf: (value) => (value === "seen" ? ["user"] : []),
  isFromUser: (value) => value === "seen",
  isFromTrusted: (value) => value === "seen",
  isFromUntrusted: () => false,
  isUnseen: (value) => value !== "seen",
};

describe("where the functions about origins stand", () => {
  test.each([
    "from_untrusted(args.a)",
    "unseen(args.a) && args.n > 1",
    "args.n > 1 || (unseen(args.a) && from_untrusted(args.b))",
    "args.l.exists(x, unseen(x))",
    "args.l.all(x, x == 7 || args.m.exists(y, from_untrusted(y)))",
    "!from_user(args.a)",
    "from_trusted(args.a) ? true : args.n > 1",
  ])("a rule that loosens may hold `%s`", (source) => {
    expect(problemsOf(source, loosening)).toEqual([]);
  });

  test.each([
    "!from_untrusted(args.a)",
    "args.n > 1 && !(args.m > 1 || unseen(args.a))",
    "unseen(args.a) ? false : true",
    "args.n > 1 ? unseen(args.a) : true",
    "unseen(args.a) == false",
    "unseen(args.a) in [false]",
    "[unseen(args.a)].exists(x, !x)",
    "{'a': unseen(args.a)}.a",
    "size(args.l.filter(x, from_untrusted(x))) == 0",
    "args.l.map(x, unseen(x)).exists(x, !x)",
    "args.l.exists_one(x, unseen(x))",
    "args.l.exists(x, !unseen(x))",
    "[1, 2][unseen(args.a) ? 1 : 0] == 1",
    "from_user(unseen(args.a))",
    "string(unseen(args.a)) == 'false'",
  ])("a rule that loosens may not hold `%s`", (source) => {
    expect(problemsOf(source, loosening).join()).toMatch(/stands under `&&`, `\|\|`, `exists` and `all` only here.*from_user/);
    expect(problemsOf(source, { use: "when" })).toEqual([]);
  });

  test.each(["'user' in origins(args.a)", "origins(args.a) == []", "args.n > 1 && size(origins(args.a)) > 0"])(
    "a rule that loosens may not hold `%s`, wherever it stands",
    (source) => {
      expect(problemsOf(source, loosening).join()).toMatch(/`origins` cannot be called here/);
      expect(problemsOf(source, { use: "when" })).toEqual([]);
    },
  );

  test.each(["origins(args.a) == []", "from_user(args.a)", "from_trusted(args.a)", "from_untrusted(args.a)", "!unseen(args.a)"])(
    "`by` may not hold `%s`",
    (source) => {
      expect(problemsOf(source, { use: "by" }).join()).toMatch(/cannot be called in `by`/);
    },
  );
});

describe("what the functions about origins answer", () => {
  const ask = (source: string, args: Record<string, Json> = { a: "seen" }): Json => load(source).evaluate(factsWith(args, { origins }));

  test("what is known of the value", () => {
    expect(ask("[from_user(args.a), from_trusted(args.a), from_untrusted(args.a), unseen(args.a)]")).toEqual([true, true, false, false]);
    expect(ask("origins(args.a)")).toEqual(["user"]);
    expect(ask("unseen('else')")).toBe(true);
  });

  test("it is no constant, whatever is asked", () => {
    expect(load("from_user('seen')").constant).toBeUndefined();
    expect([...load("from_user('seen')").reads]).toEqual(["origins"]);
  });

  test("where nobody knows, it fails", () => {
    expect(() => load("unseen(args.a)").evaluate(factsWith({ a: 1 }))).toThrow("where values were seen is not known here");
  });

  test("times are no JSON", () => {
    expect(problemsOf("from_user(now)", { use: "when" }).join()).toMatch(/`from_user` takes/);
    expect(() => ask("from_user([now])")).toThrow("no timestamp and no duration");
  });

  test("steps are charged by the size of the value", () => {
    expect(() => ask("unseen(args.a)", { a: "x".repeat(100_001) })).toThrow("more than 100000 steps");
    expect(() => ask("unseen(args.a)", { a: Array.from({ length: 100_001 }, () => 1) })).toThrow("more than 100000 steps");
    expect(() => ask("unseen(args.a)", { a: { ["k".repeat(100_001)]: 1 } })).toThrow("more than 100000 steps");
  });
});
