import { describe, expect, it } from "vitest";
import { compileProgram, loadPolicy } from "@sallyport/core";
import type { Finding } from "../../../packages/core/src/detect/finding.ts";
import { releasablePrefix } from "../../../packages/core/src/decide/inspect-text.ts";
import { layOut, layOutArgs, overlapping } from "../../../packages/core/src/decide/layout.ts";
import { maskArgs, maskText } from "../../../packages/core/src/decide/mask.ts";
import { makePlaceholders } from "../../../packages/core/src/decide/placeholder.ts";
import { coversOf, redactValue } from "../../../packages/core/src/decide/redact.ts";
import type { Json } from "../../../packages/core/src/value.ts";
import { REQUEST } from "./requests.ts";

const found = (start: number, end: number, kind = "email", confidence = 1, detector = "pii"): Finding => ({
  detector,
  kind,
  start,
  end,
  confidence,
});

/** Every `SECRET` and `7777` in a text, as a detector would find it. */
function findingsIn(text: string): readonly Finding[] {
  return Array.from(text.matchAll(/SECRET\d*|7777/gu), ({ 0: match, index }) => found(index, index + match.length, "thing"));
}

function redacted(value: Json): { readonly value: Json; readonly kept: readonly string[] } {
  const layout = layOut(value);
  const made: { readonly placeholder: string; readonly value: string; readonly secret: boolean }[] = [];
  const replaced = redactValue(layout, coversOf(findingsIn(layout.text)), makePlaceholders(undefined, layout.text, made));
  return { value: replaced, kept: made.map(({ value: kept, secret }) => (secret ? `secret ${kept.slice(0, 4)}` : kept)) };
}

const BINARY = "data:image/png;base64,QUJD";

describe("a value without what was found in it", () => {
  it.each<[string, Json, Json, readonly string[]]>([
    ["a text", "a SECRET b", "a [THING_1] b", ["SECRET"]],
    ["nothing found", { a: ["x", 1, null, true], b: { c: "y" } }, { a: ["x", 1, null, true], b: { c: "y" } }, []],
    ["numbers", { a: 7777, b: [7777, 1] }, { a: "[THING_1]", b: ["[THING_1]", 1] }, ["7777"]],
    ["keys", { SECRET: 1, a: 2 }, { "[THING_1]": 1, a: 2 }, ["SECRET"]],
    ["keys that become the same", { SECRET: 1, "[THING_1]": 2 }, { "[THING_2]": 1, "[THING_1]": 2 }, ["SECRET"]],
    ["JSON text that nothing is found in stays as it was written", { t: '{ "a" : [1, null] }' }, { t: '{ "a" : [1, null] }' }, []],
    ["in JSON text", { t: '{ "a" : "SECRET", "b": null }' }, { t: '{"a":"[THING_1]","b":null}' }, ["SECRET"]],
    ["a number in JSON text", '{ "a" : 7777 }', '{"a":"[THING_1]"}', ["7777"]],
    ["a key in JSON text", '{ "SECRET" : 1 }', '{"[THING_1]":1}', ["SECRET"]],
    ["a list in JSON text", '[ 1, "SECRET" ]', '[1,"[THING_1]"]', ["SECRET"]],
    ["JSON text in JSON text", '{"t": "{\\"a\\": \\"SECRET\\"}"}', '{"t":"{\\"a\\":\\"[THING_1]\\"}"}', ["SECRET"]],
    ["nothing in JSON text in JSON text", '{"t": "{\\"a\\": 1}"}', '{"t": "{\\"a\\": 1}"}', []],
    ["a key that stands twice in JSON text", '{"a":"SECRET","a":"x"}', '{"a":"x"}', []],
    ["a quoted text", '"SECRET"', '"[THING_1]"', ["SECRET"]],
    ["a binary text", { a: BINARY }, { a: "[OPAQUE_1]" }, ["secret data"]],
    ["a binary text in JSON text", `{ "a" : "${BINARY}" }`, '{"a":"[OPAQUE_1]"}', ["secret data"]],
    ["a part that cannot be read", [{ type: "image", data: "QUJD" }], [{ type: "text", text: "[OPAQUE_1]" }], ['secret {"ty']],
    ["the same again", ["SECRET", "SECRET2", "SECRET"], ["[THING_1]", "[THING_2]", "[THING_1]"], ["SECRET", "SECRET2"]],
  ])("%s", (_, value, wanted, kept) => {
    expect(redacted(value).value).toEqual(wanted);
    if (kept.length > 0 || wanted === value) expect(redacted(value).kept).toEqual(kept);
  });

  it("keeps apart what becomes the same key", () => {
    const layout = layOut({ SECRET: 1, "=": 2, "= (2)": 3, "7777": 4 });
    const same = redactValue(layout, coversOf(findingsIn(layout.text)), () => "=");
    // a key that is a number comes first
    expect(same).toEqual({ "=": 4, "= (2)": 1, "= (3)": 2, "= (2) (2)": 3 });
  });

  it("keeps nothing of masked args and texts, which may also hold what looks binary", () => {
    const layout = layOutArgs({ a: "SECRET", b: BINARY });
    expect([layout.opaque, layOut({ b: BINARY }).opaque, layOut([BINARY, BINARY]).opaque]).toEqual([0, 1, 2]);
    expect(maskArgs(layout, findingsIn(layout.text))).toEqual({ a: "[THING_1]", b: BINARY });
    expect(maskText(layOut("x SECRET"), findingsIn("x SECRET"))).toBe("x [THING_1]");
  });
});

describe("a layout", () => {
  it.each<[Json, string]>([
    ["a text", "a text"],
    [{ a: "x", b: 1 }, "a:\nx\nb:\n1\n"],
    [{ a: ["x", "y", 3, "z"] }, "a:\nx\na:\ny\n3\na:\nz\n"],
    [["x", "y"], "x\ny\n"],
    [{ a: null, b: true }, "a:\nb:\n"],
    [{ a: '{"b":"x"}' }, "a:\nb:\nx\n"],
    [{ a: '{"b":"{\\"c\\":\\"{\\\\\\"d\\\\\\":1}\\"}"}' }, 'a:\nb:\nc:\n{"d":1}\n'],
    ['{"a":1,"a":2}', 'a:\n2\n{"a":1,"a":2}\n'],
    [{ a: "5" }, "a:\n5\n"],
    [BINARY, ""],
  ])("of %j is %j", (value, text) => {
    expect(layOut(value).text).toBe(text);
  });

  it("knows where something of the value stands", () => {
    const { text, spans } = layOut({ ab: ["x", "yz"], n: 12 });
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(["ab", "x", "yz", "n", "12"]);
    expect(layOut("whole").spans).toEqual([{ start: 0, end: 5 }]);
  });

  it("finds spans that overlap, and none that only touch", () => {
    const spans = [found(0, 2), found(4, 6), found(8, 10)];
    const at = (start: number, end: number) => overlapping(spans, { start, end }).map((span) => span.start);
    expect([at(0, 10), at(2, 4), at(1, 5), at(6, 8), at(5, 9), at(9, 20), at(10, 20)]).toEqual([
      [0, 4, 8],
      [],
      [0, 4],
      [],
      [4, 8],
      [8],
      [],
    ]);
  });
});

describe("what findings cover", () => {
  it.each<[string, readonly Finding[], readonly object[]]>([
    [
      "apart",
      [found(5, 6), found(0, 2)],
      [
        { start: 0, end: 2 },
        { start: 5, end: 6 },
      ],
    ],
    [
      "touching",
      [found(0, 2), found(2, 4)],
      [
        { start: 0, end: 2 },
        { start: 2, end: 4 },
      ],
    ],
    [
      "overlapping: under the surest kind",
      [found(0, 4, "email", 0.5), found(2, 6, "phone", 0.9)],
      [{ start: 0, end: 6, kind: "phone", confidence: 0.9, secret: false }],
    ],
    ["as sure: under the first", [found(0, 4, "email"), found(2, 3, "phone")], [{ start: 0, end: 4, kind: "email" }]],
    ["less sure", [found(0, 4, "email", 0.9), found(2, 6, "phone", 0.5)], [{ kind: "email", confidence: 0.9 }]],
    ["secret where one is", [found(0, 4, "token", 1, "secrets"), found(2, 6)], [{ secret: true }]],
    ["secret where the other is", [found(0, 4), found(2, 6, "token", 1, "secrets")], [{ secret: true }]],
    ["three in a row", [found(0, 4), found(3, 6), found(5, 9)], [{ start: 0, end: 9, secret: false }]],
  ])("%s", (_, findings, covers) => {
    expect(coversOf(findings)).toMatchObject(covers);
    expect(coversOf(findings)).toHaveLength(covers.length);
  });
});

describe("the beginning of a text that may be shown", () => {
  const program = compileProgram(
    loadPolicy(`version: 1
name: t
rules:
  - { id: mask, on: output, detect: [pii.email], decide: redact }
  - { id: note, on: output, detect: [pii.card], labels: [card] }
  - { id: stop, on: output, when: 'text.contains("stop")', decide: deny }
`),
  );
  const { tool: _tool, args: _args, ...said } = REQUEST;
  const prefix = (text: string, horizon: number) => releasablePrefix(program, said, text, horizon)?.prefix;

  it.each<[string, string, number, string | undefined]>([
    ["up to the horizon", "hello there", 5, "hello"],
    ["all of it", "hello", 5, "hello"],
    ["what is denied", "stop it", 2, undefined],
    ["what was found", "to a@b.example ok", 16, "to [EMAIL_1] o"],
    ["up to what goes on behind the horizon", "to a@b.example ok", 8, "to "],
    ["what ends at the horizon", "to a@b.example ok", 14, "to [EMAIL_1]"],
    ["what starts at the horizon", "to a@b.example ok", 3, "to "],
    ["what only labels goes on", "to 4111 1111 1111 1111 ok", 8, "to 4111 "],
    ["no half of a character", "ab\u{1f600}cd", 3, "ab"],
    ["a whole one", "ab\u{1f600}cd", 4, "ab\u{1f600}"],
    ["the first one of all, and the last", "a\u{10000}b", 2, "a"],
    ["one that is the last of all", "a\u{10ffff}b", 2, "a"],
    ["a character of one unit near them", "a\ue000b", 2, "a\ue000"],
    ["a second half alone", "a\udc00b", 2, "a\udc00"],
  ])("%s", (_, text, horizon, wanted) => {
    expect(prefix(text, horizon)).toBe(wanted);
  });
});
