import { describe, expect, test } from "vitest";
import { compileCondition } from "../../../packages/core/src/condition/compile.ts";
import type { Scope } from "../../../packages/core/src/condition/expression.ts";
import { typeOfSchema } from "../../../packages/core/src/condition/type.ts";
import { evaluate, factsWith, load, problemsOf } from "./sample.ts";

const when: Scope = { use: "when" };

describe("names", () => {
  const call = ["tool", "args", "principal", "agent", "context", "session", "now"];
  const facts = ["destinations", "external", "resource"];
  const places: readonly (readonly [Scope["use"], readonly string[]])[] = [
    ["when", [...call, ...facts]],
    ["per", [...call, ...facts]],
    ["amount", [...call, ...facts]],
    ["when-result", [...call, ...facts, "result"]],
    ["by", [...call, ...facts, "approver"]],
    ["when-set", call],
    ["set", call],
    ["destination", call],
    ["resource", call],
  ];

  test.each(places)("in %s", (use, known) => {
    for (const name of [...call, ...facts, "result", "approver"]) {
      const unknown = problemsOf(`[${name}] == [null]`, { use }).filter((message) => message.includes("is not known"));
      expect(unknown.length, name).toBe(known.includes(name) ? 0 : 1);
    }
  });

  test("what was meant is said", () => {
    expect(problemsOf("extrnal", when)).toEqual(["unknown name `extrnal`, did you mean `external`?"]);
    expect(problemsOf("frobnicate", when)).toEqual([
      "unknown name `frobnicate`; names here: tool, args, principal, agent, context, session, now, destinations, external, resource",
    ]);
    expect(problemsOf("args.l.exists(item, frobnicate)", when).join()).toMatch(/, resource, item$/);
    expect(problemsOf("frobnicate(args.s)", when)).toEqual([
      "unknown function `frobnicate`; those there are stand in docs/policy-reference.md",
    ]);
    expect(problemsOf("globb(args.s, 'x')", when)).toEqual(["unknown function `globb`, did you mean `glob`?"]);
    expect(problemsOf("args.s.startswith('x')", when)).toEqual(["unknown function `startswith`, did you mean `startsWith`?"]);
    expect(problemsOf("tool.efect == 'read'", when)).toEqual(["`tool` has no member `efect`, did you mean `effect`?"]);
    expect(problemsOf("tool['efect'] == 'read'", when)).toEqual(["`tool` has no member `efect`, did you mean `effect`?"]);
    expect(problemsOf("session.steps[0].row > 1", when)).toEqual(["`session.steps[0]` has no member `row`, did you mean `rows`?"]);
  });

  test("what JSON does not have is said", () => {
    expect(problemsOf("args.a.?b", when).join()).toContain("optional values");
    expect(problemsOf("args[?'b']", when).join()).toContain("optional values");
    expect(problemsOf("[?args.b]", when).join()).toContain("optional values");
    expect(problemsOf("b'abc' == args.x", when)).toEqual(["JSON has no bytes"]);
    expect(problemsOf("Message{a: 1}", when).join()).toContain("messages cannot be made");
    expect(problemsOf("type(args.x) == args.y", when).join()).toContain("types are no values");
  });

  test("all problems are found at once, each where it is", () => {
    const compiled = compileCondition("extrnal && tool.efect == 'read'", when);
    expect(compiled.ok ? [] : compiled.problems.map(({ start, end }) => [start, end])).toEqual([
      [0, 7],
      [11, 21],
    ]);
  });

  test("the names that are read are gathered", () => {
    expect([...load("args.x == 1 || context.y && used('x')", when).reads]).toEqual(["args", "context", "session"]);
    expect([...load("[1].exists(args, args == 1)", when).reads]).toEqual([]);
    expect([...load("has(args.u) ? args.u : 'blue'").reads]).toEqual(["args"]);
  });
});

describe("types", () => {
  const table: readonly (readonly [string, string])[] = [
    ["tool.effect == 3", "a string cannot be compared with a number"],
    ["tool.effect == 'reed'", "did you mean `read`?"],
    ["'wirte' == tool.effect", "did you mean `write`?"],
    ["tool.effect in ['read', 'wirte']", "did you mean `write`?"],
    ["tool.trust == 'none'", "the value is never `none`"],
    ["session.steps[0].decision == 'deny'", "the value is never `deny`"],
    ["session.steps.exists(s, s.rows == 'many')", "a number cannot be compared with a string"],
    ["tool.labels == 'x'", "a list cannot be compared with a string"],
    ["1 in tool.labels", "a number cannot be compared with a string"],
    ["principal.id == 3", "a string cannot be compared with a number"],
    ["external == 'yes'", "a boolean cannot be compared with a string"],
    ["now > 5", "a timestamp cannot be compared with a number"],
    ["tool.name.size", "a string has no member `size`"],
    ["tool.name > session.labels", "a list has no order"],
    ["session.labels + 'x' == []", "`+` does not take a list and a string"],
    ["-tool.name == 1", "`-` takes a number"],
    ["!tool.name", "`!` takes a boolean"],
    ["external && tool.name", "`&&` takes booleans, not a string"],
    ["tool.name ? true : false", "`?:` takes a boolean"],
    ["size(external) == 1", "`size` takes a string, a list or an object, not a boolean"],
    ["session.labels.exists(l, l)", "`exists` takes a boolean condition"],
    ["session.labels.exists(l)", "`exists` is written `list.exists(x, …)`"],
    ["tool.name.all(x, true)", "`all` takes a list or an object"],
    ["session.labels['x'] == 'y'", "a list has no element at a string"],
    ["glob(args.s)", "`glob` takes 2 arguments, not 1"],
    ["args.s.glob('x')", "`glob` is written `glob(…)`"],
    ["contains(args.s, 'x')", "`contains` is written `value.contains(…)`"],
    ["has(args)", "`has` takes one member"],
    ["has(args['x'])", "`has` takes one member"],
    ["args.s.matches(args.p)", "the pattern of `matches` must be a string literal"],
    ["args.s.matches('[a')", "the pattern cannot be compiled: missing closing ]"],
    ["args.s.matches('(?=a)')", "the pattern cannot be compiled"],
    ["hour(now, 'Europe/Berlim') < 7", "there is no time zone"],
    ["now > timestamp('2026-13-01T00:00:00Z') || external", "`timestamp` cannot read this string"],
    ["{'a': 1, 'a': 2} == args", "the key `a` stands twice"],
    ["{1: 2} == args", "the keys of an object are strings"],
  ];

  test.each(table)("%s", (source, message) => {
    expect(problemsOf(source, when).join("; ")).toContain(message);
  });

  const yields: readonly (readonly [Scope["use"], string, string])[] = [
    ["when", "args.n", "principal.id"],
    ["by", "args.n", "approver.id"],
    ["when-result", "result", "1"],
    ["when-set", "args.n", "'x'"],
    ["destination", "args.to", "external"],
    ["destination", "[args.to]", "[1]"],
    ["resource", "args.to", "['x']"],
    ["per", "args.n", "session.labels"],
    ["amount", "args.n", "principal.id"],
    ["set", "args.n", "now"],
  ];

  test.each(yields)("%s may yield %s, not %s", (use, good, bad) => {
    expect(problemsOf(good, { use })).toEqual([]);
    expect(problemsOf(bad, { use })).not.toEqual([]);
  });

  test("what turns out to be something else fails when it is evaluated", () => {
    expect(evaluate("args.n", { n: 1 }, when)).toBe("error");
    expect(evaluate("args.n", { n: true }, when)).toBe(true);
    expect(evaluate("args.n", { n: null }, when)).toBe("error");
    expect(evaluate("args.to", { to: ["a", 1] }, { use: "destination" })).toBe("error");
    expect(evaluate("args.to", { to: ["a"] }, { use: "destination" })).toEqual(["a"]);
    expect(evaluate("args.to", { to: null }, { use: "resource" })).toBe("error");
    expect(evaluate("args.n", { n: "7" }, { use: "amount" })).toBe("error");
    expect(evaluate("args.n", { n: true }, { use: "per" })).toBe("error");
    expect(evaluate("[{'t': dyn(now)}]", {})).toBe("error");
    expect(problemsOf("dyn(1)", when)).toEqual(["the condition must yield a boolean"]);
  });

  test("a result or an approver that is not there is an error", () => {
    expect(evaluate("result == 1", {}, { use: "when-result" })).toBe("error");
    expect(load("result == 1", { use: "when-result" }).evaluate(factsWith({}, { result: 1 }))).toBe(true);
    const by = load('"lead" in approver.roles && approver.id != principal.id', { use: "by" });
    expect(by.evaluate(factsWith({}, { approver: { id: "lea", roles: ["lead"] } }))).toBe(true);
    expect(by.evaluate(factsWith({}, { approver: { id: "ann", roles: ["lead"] } }))).toBe(false);
  });
});

describe("args of a known schema", () => {
  const schema = {
    type: "object",
    properties: {
      amount: { type: "number" },
      mode: { enum: ["fast", "slow"] },
      to: { type: ["string", "null"] },
      tags: { type: "array", items: { type: "string" } },
    },
  } as const;
  const open: Scope = { use: "when", args: typeOfSchema(schema) };
  const closed: Scope = { use: "when", args: typeOfSchema({ ...schema, additionalProperties: false }) };

  test("ill-typed comparisons do not load", () => {
    expect(problemsOf('args.amount == "x"', open)).toEqual(["a number cannot be compared with a string"]);
    expect(problemsOf('args.mode == "fats"', open).join()).toContain("did you mean `fast`?");
    expect(problemsOf("args.to == 3", open)).toEqual(["a string cannot be compared with a number"]);
    expect(problemsOf("3 in args.tags", open)).toEqual(["a number cannot be compared with a string"]);
    expect(problemsOf("args.tags.exists(t, t == 3)", open)).toEqual(["a string cannot be compared with a number"]);
  });

  test("what fits loads", () => {
    for (const source of ["args.amount > 3", "args.to == null", "args.mode == 'slow'", "'x' in args.tags", "has(args.amount)"]) {
      expect(problemsOf(source, closed)).toEqual([]);
    }
  });

  test("an undeclared member loads where the schema is open, unless it is a slip", () => {
    expect(problemsOf("args.account", { use: "destination", args: typeOfSchema(schema) })).toEqual([]);
    expect(problemsOf("args.account == 'x'", open)).toEqual([]);
    expect(problemsOf("args.amonut > 1", open)).toEqual(["`args` has no member `amonut`, did you mean `amount`?"]);
    expect(problemsOf("args.account == 'x'", closed)).toEqual(["`args` has no member `account`, did you mean `amount`?"]);
    expect(problemsOf("has(args.amonut)", closed)).toEqual(["`args` has no member `amonut`, did you mean `amount`?"]);
  });
});

describe("hostile sources", () => {
  const table: readonly (readonly [string, string])[] = [
    ["10 MB", "x".repeat(10_000_000)],
    ["50,000 brackets", "(".repeat(50_000)],
    ["9,000 brackets", "(".repeat(9000)],
    ["list brackets", "[".repeat(4000) + "]".repeat(4000)],
    ["not", `${"!".repeat(9000)}true`],
    ["not with spaces", `${"! ".repeat(4500)}true`],
    ["minus", `${"-".repeat(9000)}1 == 1`],
    ["sums", `${"1+".repeat(4500)}1 == 2`],
    ["members", `args${".a".repeat(4000)}`],
    ["indices", `args${"[0]".repeat(3000)}`],
    ["conditionals", `${"true?true:".repeat(900)}true`],
    ["calls", `${"size(".repeat(1500)}1${")".repeat(1500)}`],
    ["macros", `${"[1].all(x,".repeat(500)}true${")".repeat(500)}`],
    ["quotes", `"${'\\"'.repeat(4900)}`],
    ["triple quotes", "'''\"\"\"".repeat(1600)],
    ["spaces", `!${" ".repeat(9000)}`],
  ];

  test.each(table)("%s are a problem, and quickly", (_name, source) => {
    expect(problemsOf(source, when).length).toBeGreaterThan(0);
  });

  test("a nest of `has` takes no exponential time", () => {
    const source = `${"has(args[has(args[".repeat(12)}'k'${"].x) ? 'a' : 'b'].x)".repeat(12)}`;
    problemsOf(source, when);
  });

  test("a long flat condition is none", () => {
    expect(evaluate(Array.from({ length: 700 }, () => "args.x == 1").join("||"), { x: 2 }, when)).toBe(false);
  });

  test("texts that do not parse", () => {
    expect(problemsOf("args.n >", when)).toEqual(["the condition cannot be parsed: it ends too early"]);
    for (const source of ["", " ", "args.", "args..x", "'abc", "1 +* 2", "if", "a b", "args.x = 1", "#", "\0", "\u{1F431}"]) {
      expect(problemsOf(source, when).join()).toContain("cannot be parsed");
    }
  });

  const syntax: readonly (readonly [source: string, problem: string, start: number])[] = [
    ['external and "x" in session.labels', "for `and` CEL writes `&&`", 9],
    ["(external AND tool.credential)", "for `AND` CEL writes `&&`", 10],
    ["external & tool.credential", "for `&` CEL writes `&&`", 9],
    ["external or tool.credential", "for `or` CEL writes `||`", 9],
    ["external | tool.credential", "for `|` CEL writes `||`", 9],
    ["not external", "for `not` CEL writes `!`", 0],
    ["external && not  tool.credential", "for `not` CEL writes `!`", 12],
    ['"x" not in session.labels', "for `not` CEL writes `!`", 4],
    ['tool.name = "x"', "for `=` CEL writes `==`", 10],
    ["external \u{1F431}", "unexpected `\u{1F431}`", 9],
    ["external tool", "unexpected `tool`", 9],
    ["1 +* 2", "unexpected `*`", 3],
    ["(external tool)", "expected `)`, not `tool`", 10],
    ["[1 2]", "expected `]`, not `2`", 3],
    ["args.7", "expected a name, not `7`", 5],
    ["if", "reserved identifier: if", 0],
    [`external ${"x".repeat(50)}`, `unexpected \`${"x".repeat(40)}…\``, 9],
  ];

  test.each(syntax)("%s", (source, problem, start) => {
    const compiled = compileCondition(source, when);
    expect(compiled.ok ? [] : compiled.problems).toMatchObject([{ message: `the condition cannot be parsed: ${problem}`, start }]);
  });

  test("`not` is no function", () => {
    expect(problemsOf("not(external)", when)).toEqual(["`not` does not exist: CEL writes `!`"]);
  });

  test("a constant without quotes is explained where a constant makes sense", () => {
    const hint = (text: string): string => `; a constant is CEL text: \`'"${text}"'\``;
    for (const text of ["#ops", "ops", "ops-team", "ops@example.com", "https://x.example/y", "s3://bucket"])
      for (const use of ["destination", "resource", "per"] as const) {
        const problems = problemsOf(text, { use });
        expect(problems).toHaveLength(1);
        expect(problems[0]?.endsWith(hint(text))).toBe(true);
      }
    for (const text of ["args.", "arg.to", "external", "a b", "#ops(", "args.to@x"])
      expect(problemsOf(text, { use: "destination" }).join()).not.toContain("a constant");
    expect(problemsOf("#ops", when).join()).not.toContain("a constant");
  });
});
