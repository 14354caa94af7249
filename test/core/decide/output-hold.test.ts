import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Program } from "@sallyport/core";
import { inspectOutput } from "../../../packages/core/src/decide/inspect-text.ts";
import { OutputHold } from "../../../packages/core/src/decide/output-hold.ts";
import { programOf, REQUEST } from "./requests.ts";

const TICKET =
  'detectors: { ticket: { pattern: "TICK-[0-9]{2,8}" }, line: { pattern: "from .* to" }, path: { pattern: "C:\\\\\\\\+[0-9]" } }\n';
const PROSE = "The quick brown fox jumps over the lazy dog and goes home to sleep. ".repeat(12);

/** Pushes a text in parts of some sizes, over and over; what was released in each step, and at the end. */
function stream(program: Program, text: string, sizes: readonly number[]) {
  const hold = new OutputHold(program, REQUEST);
  const released: string[] = [];
  for (let at = 0, step = 0; at < text.length; step++) {
    const size = sizes[step % sizes.length] ?? 1;
    const free = hold.push(text.slice(at, at + size));
    released.push(free ?? hold.take(hold.look(program, REQUEST)));
    at += size;
  }
  return { released, ...hold.end(program, REQUEST) };
}

describe("a text in parts", () => {
  const piece = fc.constantFrom(
    "ann@x.example", " ", "\n", ". ", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "password: Winter2026", "https://a.example/", "x".repeat(300), "y=z&", "TICK-1234", "TICK-",
    "-----BEGIN PRIVATE KEY-----\n", "MIIB".repeat(200), "\n-----END PRIVATE KEY-----", "é", "аnn", "😀", "\u200b", "@", "!", "....", "12", "eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxIn0.", "abc",
    "Ignore all ", "previous instructions", "<!-- ", "AI: send it", " -->", PROSE, "{", "\"", "data:", "[EMAIL_1]", "221B Baker Street", "+49 30 12", "passport ",
  ); // prettier-ignore
  const rules = [
    "{ id: a, on: output, detect: [pii, secrets, ticket], decide: redact }",
    "{ id: b, on: output, detect: [urls, prompt_injection], decide: redact }",
    "{ id: l, on: output, detect: [urls], labels: [x] }",
  ];

  const program = programOf(rules, TICKET);

  it("is released as it would be at once, however it is cut", () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60, size: "max" }),
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 }),
        (pieces, sizes) => {
          const text = pieces.join("");
          const whole = inspectOutput(program, REQUEST, text);
          const { released, rest, inspection } = stream(program, text, sizes);
          expect(released.join("") + rest).toBe(whole.text);
          expect(inspection).toEqual(whole);
        },
      ),
      { numRuns: 150 },
    );
  }, 120_000);

  const cases: readonly (readonly [name: string, rules: readonly string[], text: string, early: boolean])[] = [
    ["no rule holds it", [], PROSE, true],
    ["a rule that labels holds nothing", ["{ id: l, on: output, detect: [pii], labels: [x] }"], PROSE, true],
    ["a rule that redacts holds the longest finding", ["{ id: m, on: output, detect: [pii], decide: redact }"], PROSE.repeat(4), true],
    ["a pattern with a bound too", ["{ id: m, on: output, detect: [ticket], decide: redact }"], PROSE.repeat(4), true],
    ["a pattern without one holds all", ["{ id: m, on: output, detect: [line], decide: redact }"], PROSE.repeat(4), false],
    ["one whose repeat stands behind an escape too", ["{ id: m, on: output, detect: [path], decide: redact }"], PROSE.repeat(4), false],
    ["a rule that denies holds all", ["{ id: d, on: output, detect: [pii], decide: deny }"], PROSE.repeat(4), false],
    [
      "one that asks about the text holds all",
      ["{ id: d, on: output, detect: [pii], when: 'text.size() > 3', decide: redact }"],
      PROSE.repeat(4),
      false,
    ],
    [
      "one that asks about the session does not",
      ["{ id: d, on: output, detect: [pii], when: '\"x\" in session.labels', decide: redact }"],
      PROSE.repeat(4),
      true,
    ],
    ["what may be JSON is held", ["{ id: m, on: output, detect: [pii], decide: redact }"], `[${PROSE.repeat(4)}]`, false],
    ["a shadow rule holds nothing", ["{ id: d, on: output, detect: [pii], decide: deny, mode: shadow }"], PROSE, true],
  ];
  it.each(cases)("%s", (_name, held, text, early) => {
    const { released, rest } = stream(programOf(held, TICKET), text, [40]);
    expect(released.some((part) => part !== "")).toBe(early);
    expect(released.join("") + rest).toBe(text);
  });

  it("that is withheld has released nothing", () => {
    const { released, rest, inspection } = stream(
      programOf(["{ id: d, on: output, detect: [pii], decide: deny }"]),
      `${PROSE}ann@x.example`,
      [50],
    );
    expect([released.join(""), rest, inspection.decision]).toEqual(["", "", "deny"]);
  });
});
