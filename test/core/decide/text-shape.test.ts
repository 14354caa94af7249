import { describe, expect, it } from "vitest";
import { couldBeBinary, isBinaryText, isOpaquePart } from "../../../packages/core/src/decide/binary.ts";
import { withoutWhiteSpace } from "../../../packages/core/src/decide/cut.ts";
import { couldBeJson, isReadable, keepPaths, parseText, readResult } from "../../../packages/core/src/decide/keep.ts";
import { makePlaceholders } from "../../../packages/core/src/decide/placeholder.ts";
import { sizeOf } from "../../../packages/core/src/decide/size.ts";
import type { Json, JsonObject } from "../../../packages/core/src/value.ts";

const base64 = (length: number): string => "QUJD1".repeat(length).slice(0, length);

describe("binary", () => {
  it.each<[string, string, boolean]>([
    ["512 characters of base64", base64(512), true],
    ["511 of them", base64(511), false],
    ["a length that base64 cannot have", base64(513), false],
    ["with padding", `${base64(514)}==`, true],
    ["with too much padding", `${base64(513)}===`, false],
    ["padding in the middle", `${base64(300)}=${base64(300)}`, false],
    ["nothing but letters", "Q".repeat(600), false],
    ["a space late in it", `${base64(600)} ${base64(603)}`, false],
    ["in the alphabet of URLs", `-_${base64(510)}`, true],
    ["a data URL", "data:image/png;base64,QUJD", true],
    ["a data URL in capitals", "DATA:;BASE64,x", true],
    ["a data URL with a long type", `data:${"a".repeat(128)};base64,x`, true],
    ["a data URL with a type too long", `data:${"a".repeat(129)};base64,x`, false],
    ["a data URL with a space in its type", "data:a b;base64,x", false],
    ["a data URL with a comma in its type", "data:a,b;base64,x", false],
    ["a data URL in plain text", "data:text/plain,hello", false],
    ["one further on", "see data:image/png;base64,QUJD", false],
    ["a text", "hello", false],
  ])("%s", (_, text, binary) => {
    expect(isBinaryText(text)).toBe(binary);
  });

  it.each<[string, boolean]>([
    ["data:", true],
    ["Data:image/png", true],
    ["a data:", false],
    ["QUJD", true],
    ["hello there", false],
    ["", false],
    [`${base64(64)} x`, false],
    [`x ${base64(64)}`, false],
    [base64(100), true],
  ])("a text that begins with %j may turn out binary: %s", (beginning, may) => {
    expect(couldBeBinary(beginning)).toBe(may);
  });

  it.each<[JsonObject, boolean]>([
    [{ type: "image", data: "QUJD" }, true],
    [{ type: "audio", data: "QUJD" }, true],
    [{ type: "video", data: "QUJD" }, false],
    [{ type: "image", data: 5 }, false],
    [{ type: "image" }, false],
    [{ type: "text", text: "x" }, false],
    [{ type: "resource", resource: { blob: "QUJD" } }, true],
    [{ type: "resource", resource: { text: "x" } }, false],
    [{ type: "resource", resource: { blob: 5 } }, false],
    [{ type: "resource", resource: "x" }, false],
    [{ type: "resource", data: "QUJD" }, false],
    [{ type: "other", resource: { blob: "QUJD" } }, false],
    [{ resource: { blob: "QUJD" } }, false],
  ])("a part %j cannot be read: %s", (part, opaque) => {
    expect(isOpaquePart(part)).toBe(opaque);
  });
});

describe("JSON in text", () => {
  it.each<[string, Json | undefined]>([
    ['{"a":1}', { a: 1 }],
    ["\n\t\r [1]", [1]],
    ['"x"', "x"],
    ["-1", -1],
    ["0", 0],
    ["true", true],
    ["  false\n", false],
    ["null ", null],
    ["nulls", undefined],
    ["true story", undefined],
    ["prose", undefined],
    ["x{}", undefined],
    ["{", undefined],
    ["", undefined],
    ["1e999", undefined],
    ['{"a":[1e999]}', undefined],
    ["NaN", undefined],
  ])("%j says %j", (text, value) => {
    expect(parseText(text)).toEqual(value);
    expect(readResult(text)).toEqual(value === undefined ? text : value);
  });

  it("is read as deep as results are, and no deeper", () => {
    const nested = (levels: number): Json => Array.from({ length: levels }).reduce<Json>((inner) => [inner], 1);
    expect([nested(0), nested(199), nested(200), nested(201)].map((value) => isReadable(value))).toEqual([true, true, true, false]);
    expect([isReadable([[], 1], 2), isReadable({ a: 1 }, 1)]).toEqual([true, true]);
    expect([isReadable([[]], 1), isReadable([], 0), isReadable([1], 0), isReadable({ a: [1] }, 1)]).toEqual([false, false, false, false]);
    expect([Number.NaN, Number.POSITIVE_INFINITY, "x", null, [Number.NaN]].map((value) => isReadable(value))).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it.each<[string, boolean]>([
    ["", true],
    [" \n", true],
    ["{", true],
    [" [1,", true],
    ['"x', true],
    ["1", false],
    ["x {", false],
    ["prose", false],
  ])("a text that begins with %j may turn out JSON: %s", (beginning, may) => {
    expect(couldBeJson(beginning)).toBe(may);
  });

  it("loses its white space between parts only", () => {
    expect(withoutWhiteSpace('{ "a b":\t[ 1,\r\n "c \\" d" , "" ] }  ')).toBe('{"a b":[1,"c \\" d",""]}');
  });
});

it.each<[Json, number, number]>([
  ["", 0, 0],
  ["ä", 2, 0],
  ["[1,2,3]", 7, 3],
  [[1, 2], 5, 2],
  [{ a: [1], b: { c: [1, 2, 3] } }, 27, 3],
  [{ a: { b: { c: [1, 2] } } }, 23, 0],
  [[[[1, 2, 3, 4]]], 13, 4],
  [[[[[1, 2, 3, 4]]]], 15, 1],
  [5, 1, 0],
])("%j has %i bytes and %i rows", (content, bytes, rows) => {
  expect(sizeOf(content)).toEqual({ bytes, rows });
});

it("keeps nothing that is not there, and no part that is no text", () => {
  expect(keepPaths({ invoice: 5, id: 1 }, [["invoice", "total"], ["id"]])).toEqual({ id: 1 });
  const parts = [
    { type: "note", text: '{"id":2}' },
    { type: "text", text: '{"id":1}' },
  ];
  expect(keepPaths({ content: parts }, [["id"]])).toEqual({ content: [{ type: "text", text: '{"id":1}' }] });
});

describe("placeholders", () => {
  it("are numbered by kind, and are none that the text has", () => {
    const made: { placeholder: string; value: string; secret: boolean }[] = [];
    const place = makePlaceholders(undefined, "see [EMAIL_1] and [EMAIL_12]", made);
    expect([place("a@b.c", "email", false), place("d@e.f", "email", false), place("a@b.c", "email", false)]).toEqual([
      "[EMAIL_2]",
      "[EMAIL_3]",
      "[EMAIL_2]",
    ]);
    expect([place("x", "my--own kind", true), place("y", "", false), place("z", "€", false)]).toEqual([
      "[MY_OWN_KIND_1]",
      "[VALUE_1]",
      "[__1]",
    ]);
    expect(made.slice(0, 3)).toEqual([
      { placeholder: "[EMAIL_2]", value: "a@b.c", secret: false },
      { placeholder: "[EMAIL_3]", value: "d@e.f", secret: false },
      { placeholder: "[MY_OWN_KIND_1]", value: "x", secret: true },
    ]);
    for (let n = 4; n < 12; n++) expect(place(`${n}`, "email", false)).toBe(`[EMAIL_${n}]`);
    expect(place("12", "email", false)).toBe("[EMAIL_13]");
  });

  it("are those that the session has, with its mark, and none that it took", () => {
    const known = {
      of: (value: string) => (value === "old" ? "[EMAIL_9]" : undefined),
      isTaken: (name: string) => name === "[EMAIL_4F_1]",
      mark: "_4F",
    };
    const place = makePlaceholders(known, "", []);
    expect([place("old", "email", false), place("new", "email", false)]).toEqual(["[EMAIL_9]", "[EMAIL_4F_2]"]);
  });
});
