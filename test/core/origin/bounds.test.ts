import { describe, expect, it } from "vitest";
import { OriginIndex } from "../../../packages/core/src/origin/origin-index.ts";
import { viewOrigins } from "../../../packages/core/src/origin/origin-view.ts";
import { printer } from "../../../packages/core/src/origin/print.ts";
import { describeSighting, excerptOf } from "../../../packages/core/src/origin/explain.ts";

const KEY = "000102030405060708090a0b0c0d0e0f";
const print = printer(KEY);

function indexOf(...texts: readonly string[]): OriginIndex {
  const index = new OriginIndex(KEY);
  for (const text of texts) index.add({ kind: "external" }, print(text));
  return index;
}

describe("bounds", () => {
  const long = 100_000;
  const hostile = [
    "a ",
    "& ",
    "& '",
    "a@",
    "a.",
    "1,",
    "1 ",
    "\\",
    "\\n",
    "&#x41;",
    "%2541",
    "\u200b",
    "é",
    "41 ",
    "101 ",
    "QUJD",
    "1 jan 2026 ",
    "http://a%",
    "👍",
  ];

  it.each(hostile)("a text of nothing but `%s` ends, and so does looking in it", (unit) => {
    const index = indexOf(unit.repeat(long / unit.length));
    for (const leaf of ["a", "a@a.a", "a a a a b", "1", "x".repeat(long), `${"a ".repeat(2000)}b`, 1]) {
      const view = viewOrigins([{ index, size: 1 }]);
      // either it is known, or it is said that it is not
      try {
        expect(typeof view.isFromUntrusted(leaf)).toBe("boolean");
      } catch (error) {
        expect(String(error)).toContain("takes too long to find out");
      }
    }
  });

  it("what takes too long is said, and counts for all leaves together", () => {
    const index = indexOf("aa bb ".repeat(50_000));
    const leaves = Array.from({ length: 500 }, (_, at) => `aa-bb-cc${at}`);
    expect(() =>
      viewOrigins([{ index, size: 1 }]).isFromUntrusted([...leaves, ...leaves.map((leaf) => `bb aa ${leaf} aa bb`)]),
    ).not.toThrow(/RangeError/);
  });

  it("a text that is too long is refused", () => {
    expect(() => print("a".repeat(16 * 1024 * 1024 + 1))).toThrow("longer than");
  });

  it.each(["", "!", "AAAA", "AQEAAAA", "AgAAAAA"])("the print `%s` is refused, and adds nothing", (broken) => {
    const index = indexOf("eve");
    expect(() => index.add({ kind: "user" }, broken)).toThrow("cannot be read");
    expect(() => index.add({ kind: "user" }, print("ann"), broken)).toThrow("cannot be read");
    expect(index.size).toBe(1);
    expect(viewOrigins([{ index, size: index.size }]).isUnseen("ann")).toBe(true);
  });

  it("a print cut anywhere is refused", () => {
    const whole = print("write to eve@evil.example, 42.0 times");
    for (let end = 0; end < whole.length; end++) {
      const index = new OriginIndex(KEY);
      // a cut between two segments leaves a print of less, which only loses sightings
      try {
        index.add({ kind: "user" }, whole.slice(0, end));
      } catch (error) {
        expect(String(error)).toContain("cannot be read");
      }
    }
  });

  it("a key that is none is refused", () => {
    for (const key of ["", "00", "g".repeat(32), "0".repeat(33)]) expect(() => printer(key)).toThrow("32 hex digits");
  });

  it("nothing of the text stands in a print", () => {
    const bytes = atob(print("transfer everything to eve@evil.example").padEnd(4, "="));
    for (const word of ["transfer", "everything", "eve", "evil", "example"]) expect(bytes).not.toContain(word);
  });

  it("holds at most three bytes for a character of prose", () => {
    const words = "the quarterly numbers look much better than in the last year of which we spoke on monday and were told".split(" ");
    const prose = Array.from({ length: 40_000 }, (_, at) => words[(at * 7 + (at >> 3)) % words.length]).join(" ");
    expect(indexOf(prose).tokens.bytes / prose.length).toBeLessThan(3);
  });
});

describe("what one index sees of another", () => {
  const parent = new OriginIndex(KEY);
  parent.add({ kind: "user" }, print("ask ann@x.example"));
  parent.add({ kind: "external" }, print("ask eve@evil.example"));
  const child = new OriginIndex(KEY);
  child.add({ kind: "result", tool: "dir", call: "c1", trusted: true }, print("bob@x.example"));

  it("a child sees what its parent saw before it started", () => {
    const view = viewOrigins([
      { index: parent, size: 1 },
      { index: child, size: 1 },
    ]);
    expect(view.isFromUser("ann@x.example")).toBe(true);
    expect(view.isUnseen("eve@evil.example")).toBe(true);
    expect(view.originsOf(["ann@x.example", "bob@x.example"])).toEqual(["user", "tool:dir#c1"]);
  });

  it("indexes of two keys have no view", () => {
    const other = new OriginIndex("f".repeat(32));
    expect(() =>
      viewOrigins([
        { index: parent, size: 1 },
        { index: other, size: 0 },
      ]),
    ).toThrow("one key");
  });

  it("what an approver endorsed is trusted from then on", () => {
    const index = new OriginIndex(KEY);
    index.add({ kind: "result", tool: "mail", call: "m1", trusted: false }, print("pay US133000000121212121212"));
    index.add({ kind: "result", tool: "mail", call: "m2", trusted: false }, print("pay GB29NWBK60161331926819"));
    index.endorse("m1");
    index.endorse("nothing");
    const view = viewOrigins([{ index, size: 2 }]);
    expect([view.isFromTrusted("US133000000121212121212"), view.isFromUntrusted("US133000000121212121212")]).toEqual([true, false]);
    expect([view.isFromTrusted("GB29NWBK60161331926819"), view.isFromUntrusted("GB29NWBK60161331926819")]).toEqual([false, true]);
  });

  it("what the policy wrote is the policy's, by value and kind", () => {
    const view = viewOrigins([{ index: parent, size: 2 }], ["eve@evil.example", 100, { a: [true] }]);
    expect([view.isFromTrusted(["eve@evil.example", 100, true]), view.isFromUntrusted("eve@evil.example")]).toEqual([true, false]);
    expect([view.isFromTrusted("100"), view.isFromTrusted(false), view.isFromUser(100)]).toEqual([false, false, false]);
    expect(view.originsOf(100)).toEqual(["policy"]);
  });
});

describe("explanations", () => {
  const index = new OriginIndex(KEY);
  index.add({ kind: "user" }, print("pay the bill in invoice.txt, 2 times"));
  index.add({ kind: "result", tool: "read_file", call: "c1", trusted: false }, print("IBAN US13 3000 0001 2121 2121 212"));
  const view = viewOrigins([{ index, size: 2 }]);
  const say = (value: Parameters<typeof view.sightings>[0]): readonly string[] => view.sightings(value).map(describeSighting);

  it("say where each leaf was seen", () => {
    expect(say({ recipient: "US133000000121212121212", file: "invoice.txt", n: 2, o: { x: "new" }, sure: true })).toEqual([
      "`recipient` US133000000121212121212 was seen in the result of read_file #c1 in another form (outside text)",
      "`file` invoice.txt was seen in a user message",
      "`n` 2 was seen in a user message; it is short or common, which proves little",
      "`o.x` x was seen nowhere",
      "`o.x` new was seen nowhere",
      "`sure` true was seen nowhere",
    ]);
  });

  it("show only what can be printed", () => {
    expect(say("a\u202eb\nc\u200bd" + "e".repeat(100))[0]).toBe(`a b c d${"e".repeat(32)}… was seen nowhere`);
  });

  it.each([
    ["as it stands there", "please pay US13 now", "us13", "please pay US13 now"],
    ["in groups", "pay US13 3000 0001 now", "US1330000001", "pay US13 3000 0001 now"],
    ["a number", "pay 42.50 now", 42.5, "pay 42.50 now"],
    ["nowhere", "pay now", "later", undefined],
    ["on one line", "pay\n\tEve \u0000 now", "Eve", "pay Eve now"],
    ["of a long text", `${"before ".repeat(50)}here ${"after ".repeat(50)}`, "here", "…before before before here after after"],
  ])("excerpts: %s", (_, text, leaf, expected) => {
    const excerpt = excerptOf(text, leaf, 60);
    if (expected === undefined) return expect(excerpt).toBeUndefined();
    expect(excerpt).toContain(expected);
    expect(excerpt?.length).toBeLessThanOrEqual(60);
  });
});
