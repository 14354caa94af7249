import { describe, expect, test } from "vitest";
import type { Json } from "../../../packages/core/src/value.ts";
import { evaluate, factsWith, load } from "./sample.ts";

/** What `name(args.a)` or `name(args.a, args.b)` yields. */
function call(name: string, a: Json, b?: Json): Json {
  return b === undefined ? evaluate(`${name}(args.a)`, { a }) : evaluate(`${name}(args.a, args.b)`, { a, b });
}

test.each<readonly [string, string, boolean]>([
  ["a.x.b", "a*.b", true],
  ["axb", "a*.b", false],
  ["A.x.b", "a*.b", false],
  ["a.b", "a*.b", true],
  ["a.bc", "a*.b", false],
  ["", "*", true],
  ["", "", true],
  ["x", "", false],
  ["a+b", "a+b", true],
  ["aab", "a+b", false],
  ["one two three", "o*tw*ee", true],
  ["abab", "ab*ab", true],
  ["aba", "ab*ba", false],
])("glob(%j, %j) is %s", (text, pattern, wanted) => {
  expect(call("glob", text, pattern)).toBe(wanted);
  expect(evaluate(`glob(args.a, ${JSON.stringify(pattern)})`, { a: text })).toBe(wanted);
});

test.each<readonly [Json, Json]>([
  ["a@example.com", "example.com"],
  ["A.b+c@Example.COM", "example.com"],
  ["a@x.example.com", "x.example.com"],
  ["a@localhost", "localhost"],
  ["Ann <a@example.com>", "error"],
  ["<a@example.com>", "error"],
  ["a@example.com, b@evil.example", "error"],
  ["a@example.com\nBcc: b@evil.example", "error"],
  [" a@example.com", "error"],
  ["a@example.com ", "error"],
  ["a@b@example.com", "error"],
  ['"a@evil.example"@example.com', "error"],
  ["a(b)@example.com", "error"],
  ["a%evil.example@example.com", "error"],
  ["evil.example!a@example.com", "error"],
  ["a..b@example.com", "error"],
  [".a@example.com", "error"],
  ["@example.com", "error"],
  ["a@", "error"],
  ["a@example.com.", "error"],
  ["a@-example.com", "error"],
  ["a@exa_mple.com", "error"],
  ["a@10.0.0.1", "error"],
  ["a@[10.0.0.1]", "error"],
  ["a@еxample.com", "error"],
  ["mailto:a@example.com", "error"],
  ["example.com", "error"],
  ["", "error"],
  [7, "error"],
  [null, "error"],
  [["a@example.com"], "error"],
])("domain(%j) is %j", (address, wanted) => {
  expect(call("domain", address)).toEqual(wanted);
});

test.each<readonly [Json, Json]>([
  ["https://Example.com/a?b#c", "example.com"],
  ["https://example.com:8443/", "example.com"],
  ["http://0x7f.1/", "127.0.0.1"],
  ["http://2130706433", "127.0.0.1"],
  ["http://[::1]:80/", "[::1]"],
  ["s3://Bucket/key", "bucket"],
  ["http://ⓔxample.com", "example.com"],
  ["https://user@example.com/", "error"],
  ["https://user:secret@example.com/", "error"],
  ["https://@example.com/", "error"],
  ["https://example.com\\@evil.example/", "error"],
  ["https:\\\\example.com", "error"],
  ["https:example.com", "error"],
  ["https:///example.com", "error"],
  ["//example.com", "error"],
  ["example.com", "error"],
  [" https://example.com", "error"],
  ["https://exa\tmple.com", "error"],
  ["https://example.com./", "error"],
  ["https://example.com:99999/", "error"],
  ["file:///etc/passwd", "error"],
  ["mailto:a@example.com", "error"],
  ["data:text/plain,x", "error"],
  ["", "error"],
  [7, "error"],
])("host(%j) is %j", (url, wanted) => {
  expect(call("host", url)).toEqual(wanted);
});

test.each<readonly [Json, Json, Json]>([
  ["/srv/data/a", "/srv/data", true],
  ["/srv/data", "/srv/data", true],
  ["/srv/data/", "/srv/data", true],
  ["/srv/data", "/srv/data/", true],
  ["/srv/data/../x", "/srv/data", false],
  ["/srv/data/a/../b", "/srv/data", true],
  ["/srv/data/../data/x", "/srv/data", true],
  ["/srv/database", "/srv/data", false],
  ["/srv//data/./x", "/srv/data", true],
  ["/etc/passwd", "/srv/data", false],
  ["/srv", "/srv/data", false],
  ["/anything", "/", true],
  ["/a/../b", "/", true],
  ["a/b", "a", true],
  ["./a/b", "a", true],
  ["a", ".", true],
  ["/..", "/", "error"],
  ["/srv/../../srv/x", "/srv", "error"],
  ["../a", "a", "error"],
  ["a/../..", "a", "error"],
  ["a", "/a", "error"],
  ["/a", "a", "error"],
  ["", "/a", "error"],
  ["/a", "", "error"],
  ["/a\0/b", "/a", "error"],
  ["/a\\..\\b", "/a", "error"],
  [7, "/a", "error"],
])("inside(%j, %j) is %j", (path, root, wanted) => {
  expect(call("inside", path, root)).toEqual(wanted);
});

describe("used", () => {
  test("looks at the steps of the session", () => {
    expect(evaluate("used('crm.*')")).toBe(true);
    expect(evaluate("used('crm')")).toBe(false);
    expect(evaluate("used(args.g)", { g: "*get" })).toBe(true);
    expect(evaluate("used(args.g)", { g: 1 })).toBe("error");
    expect(load("used('*')").constant).toBeUndefined();
  });
});

describe("time", () => {
  const at = (time: string, source: string): Json => load(source).evaluate(factsWith({ tz: "Europe/Berlin" }, { now: Date.parse(time) }));

  test("hour in a zone, in winter and in summer", () => {
    expect(at("2026-11-22T05:30:00Z", 'hour(now, "Europe/Berlin")')).toBe(6);
    expect(at("2026-07-22T05:30:00Z", 'hour(now, "Europe/Berlin")')).toBe(7);
    expect(at("2026-07-22T23:30:00Z", "hour(now, args.tz)")).toBe(1);
    expect(at("2026-07-22T22:00:00Z", "hour(now, args.tz)")).toBe(0);
    expect(at("2026-07-22T22:00:00Z", 'hour(now, "America/St_Johns")')).toBe(19);
  });

  test("a zone that is not there fails", () => {
    expect(evaluate("hour(now, args.tz)", { tz: "Europe/Berlim" })).toBe("error");
    expect(evaluate("hour(now, args.tz)", { tz: 1 })).toBe("error");
    expect(evaluate("hour(now, args.tz)", { tz: "" })).toBe("error");
  });

  test("now is a timestamp", () => {
    expect(at("2025-12-31T23:59:59Z", 'now < timestamp("2026-01-01T00:00:00Z")')).toBe(true);
    expect(at("2026-01-01T00:00:00Z", 'now < timestamp("2026-01-01T00:00:00Z")')).toBe(false);
    expect(at("2026-01-01T00:00:00Z", 'now - duration("24h") == timestamp("2025-12-31T00:00:00Z")')).toBe(true);
    expect(at("2026-01-01T00:00:00Z", 'now - timestamp("2025-12-31T00:00:00Z") > duration("1h30m")')).toBe(true);
    expect(at("2026-01-01T12:34:56.789Z", "now.getMilliseconds() == 789 && now.getDayOfWeek() == 4")).toBe(true);
    expect(at("1970-01-01T00:00:00Z", "string(now)")).toBe("1970-01-01T00:00:00Z");
  });

  test("times are no JSON, and have no members", () => {
    expect(evaluate("dyn(now)")).toBe("error");
    expect(evaluate("dyn(now).seconds")).toBe("error");
    expect(evaluate("has(args.x.y) || has(dyn(now).seconds)", {})).toBe(false);
    expect(evaluate("dyn(now) == 1")).toBe("error");
    expect(evaluate("size(dyn(now))")).toBe("error");
  });

  test.each<readonly [string, Json]>([
    ["2026-02-30T00:00:00Z", "error"],
    ["2026-02-28T24:00:00Z", "error"],
    ["2026-02-28T00:00:00", "error"],
    ["2026-02-28 00:00:00Z", "error"],
    ["2024-02-29T23:59:59.5+02:00", "2024-02-29T21:59:59.5Z"],
    ["0099-01-01T00:00:00Z", "0099-01-01T00:00:00Z"],
  ])("timestamp(%j) is %j", (text, wanted) => {
    expect(evaluate("string(timestamp(args.t))", { t: text })).toEqual(wanted);
  });

  test.each<readonly [string, Json]>([
    ["1h30m", "5400s"],
    ["-1.5s", "-1.5s"],
    ["-500ms", "-0.5s"],
    ["1us", "0.000001s"],
    ["0", "0s"],
    ["1.5h", "5400s"],
    ["1d", "error"],
    ["", "error"],
    ["s", "error"],
    ["9999999999h", "error"],
  ])("duration(%j) is %j", (text, wanted) => {
    expect(evaluate("string(duration(args.d))", { d: text })).toEqual(wanted);
  });

  test("parts of negative durations", () => {
    expect(evaluate("duration(args.d).getSeconds()", { d: "-1.5s" })).toBe(-1);
    expect(evaluate("duration(args.d).getMilliseconds()", { d: "-1.5s" })).toBe(-500);
    expect(evaluate("duration(args.d).getHours()", { d: "-90m" })).toBe(-1);
  });
});
