import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs, within } from "../../../runs.ts";
import { factsWith } from "../sample.ts";
import { DIFFERENCES, type Difference } from "./differences.ts";
import { facts } from "./facts.ts";
import { expression } from "./grammar.ts";
import { askPeer } from "./peer.ts";
import { ask, type Result, show } from "./result.ts";
import type { Writing } from "./writing.ts";

const KINDS = ["truth", "number", "text", "list", "object", "any"] as const;
const SAMPLE = { num: 2, str: "b", flag: true, list: ["a"], nums: [1], big: 1e300, empty: "", odd: { constructor: 1 }, digits: { 2: 1 } };

/** What we refuse and the peer does not, by the words that we refuse it with. */
const REFUSALS = [
  { difference: DIFFERENCES.alwaysFails, says: /^the condition always fails: /, peers: ["error"] },
  { difference: DIFFERENCES.wrongLiteral, says: /^`(?:int|double)` (?:cannot read|of .* is out of range)/, peers: ["error", "value"] },
];

describe("conditions mean what they mean to another CEL, where the two definitions agree", () => {
  it.each(KINDS)("a condition that yields %s", { timeout: within(30_000) }, (kind) => {
    fc.assert(
      fc.property(expression(kind), facts(), (writing, given) => {
        const [ours, peers] = [ask(writing.ours, given), askPeer(writing.peers, given)];
        expect(agree(ours, peers), describePair(writing, ours, peers)).toBe(true);
      }),
      runs(1500),
    );
  });

  it("an ill-typed condition, which neither loads", { timeout: within(30_000) }, () => {
    fc.assert(
      fc.property(expression("truth", "with mistakes"), (writing) => {
        fc.pre(writing.mistaken);
        const given = factsWith(SAMPLE);
        const [ours, peers] = [ask(writing.ours, given), askPeer(writing.peers, given)];
        expect([ours.kind, peers.kind], describePair(writing, ours, peers)).toEqual(["refused", "refused"]);
      }),
      runs(1000),
    );
  });

  it.each(Object.entries<Difference>(DIFFERENCES))("a difference that is listed is one: %s", (_, { example }) => {
    const given = factsWith(SAMPLE);
    expect(show(ask(example, given))).not.toBe(show(askPeer(example, given)));
  });
});

function agree(ours: Result, peers: Result): boolean {
  if (ours.kind !== "refused" || peers.kind === "refused") return show(ours) === show(peers);
  const messages = ours.messages ?? [];
  return (
    messages.length > 0 &&
    messages.every((message) => REFUSALS.some((known) => known.says.test(message) && known.peers.includes(peers.kind)))
  );
}

function describePair({ ours: source, peers: asked }: Writing, ours: Result, peers: Result): string {
  return `ours:  ${source}\n  → ${show(ours)} ${JSON.stringify(ours)}\npeer:  ${asked}\n  → ${show(peers)}\n`;
}
