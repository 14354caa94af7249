import { describe, expect, it } from "vitest";
import { OriginIndex } from "../../../packages/core/src/origin/origin-index.ts";
import { type OriginView, viewOrigins } from "../../../packages/core/src/origin/origin-view.ts";
import { printer } from "../../../packages/core/src/origin/print.ts";
import { echoOf } from "../../../packages/core/src/origin/text-of.ts";
import type { TextSource } from "../../../packages/core/src/origin/source.ts";

const KEY = "000102030405060708090a0b0c0d0e0f";
const print = printer(KEY);
const LEAF = "ann@corp.example";
/** more places than are looked at anew each time */
const ROWS = 300;

function result(call: number, trusted: boolean): TextSource {
  return { kind: "result", tool: "t", call: `c${call}`, trusted };
}

function answers(index: OriginIndex, size: number = index.size): Readonly<Record<string, boolean>> {
  const view: OriginView = viewOrigins([{ index, size }]);
  return {
    user: view.isFromUser(LEAF),
    trusted: view.isFromTrusted(LEAF),
    untrusted: view.isFromUntrusted(LEAF),
    unseen: view.isUnseen(LEAF),
  };
}

const NOWHERE = { user: false, trusted: false, untrusted: false, unseen: true };

/** Rows in which all words of the value stand, but not the value; asked about after each, as a session does. */
function searched(add: (index: OriginIndex, row: number) => void): OriginIndex {
  const index = new OriginIndex(KEY);
  for (let row = 0; row < ROWS; row++) {
    add(index, row);
    expect(answers(index)).toEqual(NOWHERE);
  }
  return index;
}

describe("texts that come after a value was looked for in vain", () => {
  const near = (source: (row: number) => TextSource): OriginIndex =>
    searched((index, row) => index.add(source(row), print(`example corp, ann; corp ann example ${row}`)));

  it.each([
    ["user", { kind: "user" }, { user: true, trusted: true, untrusted: false, unseen: false }],
    ["trusted", result(ROWS, true), { user: false, trusted: true, untrusted: false, unseen: false }],
    ["untrusted", { kind: "external" }, { user: false, trusted: false, untrusted: true, unseen: false }],
  ] as const)("are looked at: %s", (_, source, expected) => {
    for (const rows of [(): TextSource => source, (row: number): TextSource => result(row, true), (): TextSource => ({ kind: "user" })]) {
      const index = near(rows);
      index.add(source, print(`write to ${LEAF} now`));
      expect(answers(index)).toEqual(expected);
      expect(answers(index, ROWS)).toEqual(NOWHERE);
    }
  });

  it.each([true, false])("are looked at where all before were echoes (trusted: %s)", (trusted) => {
    const args = print(echoOf({ to: LEAF }));
    const index = searched((one, row) => one.add(result(row, trusted), print(`sent to ${LEAF}`), args));
    index.add(result(ROWS, trusted), print(`sent to ${LEAF}`));
    expect(answers(index)).toEqual({ user: false, trusted, untrusted: !trusted, unseen: false });
  });

  it("an endorsement counts for what was seen before it", () => {
    const index = near((row) => result(row, false));
    index.add(result(ROWS, false), print(`write to ${LEAF}`));
    expect(answers(index)).toEqual({ user: false, trusted: false, untrusted: true, unseen: false });
    index.endorse(`c${ROWS}`);
    expect(answers(index)).toEqual({ user: false, trusted: true, untrusted: false, unseen: false });
  });
});
