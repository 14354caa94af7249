import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inspect, opaque, type Inspection } from "../../../packages/core/src/decide/inspect.ts";
import { explainResult } from "../../../packages/core/src/decide/explain.ts";
import type { Json } from "../../../packages/core/src/value.ts";
import { programOf, REQUEST } from "./requests.ts";

const MASK = "{ id: mask, on: result, detect: [pii, secrets], decide: redact }";
const LONG = "x".repeat(16 * 1024 * 1024 + 1);
const PICTURE = { type: "image", data: "aGk=", mimeType: "image/png" };

interface Case {
  readonly name: string;
  readonly rules: readonly string[];
  readonly content: Json | typeof opaque;
  readonly wanted: Partial<Inspection>;
}

const cases: readonly Case[] = [
  {
    name: "text is redacted where something is found",
    rules: [MASK],
    content: "mail ann@x.example and bob@x.example, ann@x.example again",
    wanted: {
      decision: "redact",
      rules: ["mask"],
      content: "mail [EMAIL_1] and [EMAIL_2], [EMAIL_1] again",
      redactions: [
        { placeholder: "[EMAIL_1]", value: "ann@x.example", secret: false },
        { placeholder: "[EMAIL_2]", value: "bob@x.example", secret: false },
      ],
    },
  },
  {
    name: "clean text is what it was",
    rules: [MASK],
    content: "nothing here",
    wanted: { decision: "allow", rules: [], content: "nothing here" },
  },
  {
    name: "values, keys and numbers of JSON",
    rules: [MASK],
    content: { to: "ann@x.example", card: 4111111111111111, "bob@x.example": [1, true, null] },
    wanted: { content: { to: "[EMAIL_1]", card: "[CARD_1]", "[EMAIL_2]": [1, true, null] } },
  },
  {
    name: "a key says what its value is",
    rules: [MASK],
    content: { password: "Winter2026", passwords: ["Summer2026", "Autumn2026"], note: "Spring2026" },
    wanted: { content: { password: "[PASSWORD_1]", passwords: ["[PASSWORD_2]", "[PASSWORD_3]"], note: "Spring2026" } },
  },
  {
    name: "keys that differ stay apart",
    rules: ["{ id: m, on: result, detect: [pii.email], decide: redact }"],
    content: { "a@x.example": 1, "b@x.example": 2, "[EMAIL_1]": 3 },
    wanted: { content: { "[EMAIL_2]": 1, "[EMAIL_3]": 2, "[EMAIL_1]": 3 } },
  },
  {
    name: "JSON text stays JSON text, two levels down",
    rules: [MASK],
    content: JSON.stringify({ a: JSON.stringify({ b: "ann@x.example" }) }),
    wanted: { content: JSON.stringify({ a: JSON.stringify({ b: "[EMAIL_1]" }) }) },
  },
  {
    name: "escapes hide nothing",
    rules: [MASK],
    content: String.raw`{"a":"ann\u0040x.example"}`,
    wanted: { content: '{"a":"[EMAIL_1]"}' },
  },
  {
    name: "a key that stands twice hides nothing",
    rules: [MASK],
    content: '{"a":"ann@x.example","a":"x"}',
    wanted: { decision: "redact", content: '{"a":"x"}' },
  },
  {
    name: "parts of a tool's result; one that cannot be read is replaced",
    rules: [MASK],
    content: { content: [{ type: "text", text: '{"m":"ann@x.example"}' }, PICTURE], structuredContent: { m: "ann@x.example" } },
    wanted: {
      decision: "redact",
      content: {
        content: [
          { type: "text", text: '{"m":"[EMAIL_1]"}' },
          { type: "text", text: "[OPAQUE_1]" },
        ],
        structuredContent: { m: "[EMAIL_1]" },
      },
    },
  },
  {
    name: "binary in base64 cannot be read",
    rules: [MASK],
    content: { file: "QUJD1234".repeat(100) },
    wanted: { decision: "redact", content: { file: "[OPAQUE_1]" } },
  },
  {
    name: "content that is no JSON is withheld from a rule that redacts",
    rules: [MASK],
    content: opaque,
    wanted: { decision: "deny", rules: ["mask"] },
  },
  {
    name: "content that is no JSON is labelled",
    rules: ["{ id: l, on: result, detect: [pii], decide: allow, labels: [odd] }"],
    content: opaque,
    wanted: { decision: "allow", puts: ["odd"] },
  },
  {
    name: "deny withholds over redact, and labels of both are put",
    rules: [
      "{ id: mask, on: result, detect: [pii], decide: redact, labels: [a] }",
      "{ id: no, on: result, detect: [secrets], decide: deny, labels: [b] }",
      "{ id: other, on: result, detect: [urls], decide: deny, labels: [c] }",
    ],
    content: "ann@x.example, password: Winter2026",
    wanted: { decision: "deny", rules: ["no"], content: null, puts: ["a", "b"], redactions: [] },
  },
  {
    name: "a condition sees what was found",
    rules: ["{ id: many, on: result, detect: [pii.email], when: 'findings.size() > 1', decide: redact }"],
    content: "ann@x.example",
    wanted: { decision: "allow", content: "ann@x.example" },
  },
  {
    name: "a condition that fails redacts",
    rules: ["{ id: bad, on: result, detect: [pii.email], when: 'result.nothing == 1', decide: redact }"],
    content: { m: "ann@x.example" },
    wanted: { decision: "redact", rules: ["bad"], content: { m: "[EMAIL_1]" } },
  },
  {
    name: "a condition that fails allows nothing and labels nothing",
    rules: ["{ id: bad, on: result, detect: [pii.email], when: 'result.nothing == 1', decide: allow, labels: [x] }"],
    content: { m: "ann@x.example" },
    wanted: { decision: "allow", puts: [] },
  },
  {
    name: "detectors look at what keep leaves",
    rules: ["{ id: k, on: result, keep: [id] }", "{ id: no, on: result, detect: [pii], decide: deny }"],
    content: { id: 1, mail: "ann@x.example" },
    wanted: { decision: "redact", rules: ["k"], content: { id: 1 } },
  },
  {
    name: "a rule that finds may cut",
    rules: ["{ id: k, on: result, detect: [pii], keep: [id] }", "{ id: m, on: result, detect: [pii], decide: redact }"],
    content: { id: "bob@x.example", mail: "ann@x.example" },
    wanted: { decision: "redact", rules: ["k", "m"], content: { id: "[EMAIL_1]" } },
  },
  {
    name: "a shadow rule redacts nothing",
    rules: ["{ id: mask, on: result, detect: [pii], decide: redact, labels: [x], mode: shadow }"],
    content: "ann@x.example",
    wanted: { decision: "allow", content: "ann@x.example", shadow: ["mask"], puts: [] },
  },
  {
    name: "findings that overlap are one, and a secret where one of them is",
    rules: ["{ id: m, on: result, detect: [pii, secrets, urls], decide: redact }"],
    content: "at postgres://u:p4ss@db.example/x.",
    wanted: {
      content: "at [URL_1].",
      redactions: [{ placeholder: "[URL_1]", value: "postgres://u:p4ss@db.example/x", secret: true }],
    },
  },
  ...["redact", "deny", "allow"].map((decide): Case => ({
    name: `a detector that fails withholds, though the rule says ${decide}`,
    rules: [`{ id: d, on: result, detect: [pii], decide: ${decide}, labels: [x] }`],
    content: LONG,
    wanted: { decision: "deny", rules: ["d"], content: null, puts: ["x"] },
  })),
  {
    name: "a detector that fails still labels",
    rules: ["{ id: d, on: result, detect: [pii], labels: [x] }"],
    content: LONG,
    wanted: { decision: "allow", puts: ["x"] },
  },
];

describe("a result", () => {
  it.each(cases)("$name", ({ rules, content, wanted }) => {
    expect(inspect(programOf(rules), REQUEST, content)).toMatchObject(wanted);
  });

  it("says in its errors that a detector failed", () => {
    expect(inspect(programOf([MASK]), REQUEST, LONG).errors).toEqual([
      { rule: "mask", message: expect.stringContaining("is not looked at") },
    ]);
  });

  it("has nothing left to be found where it was redacted, whatever it is made of", () => {
    const piece = fc.constantFrom(
      "ann@x.example", " ", "4111 1111 1111 1111", "password: Winter2026", "DE89370400440532013000", "password", "token", "+49 30 1234567", "é", "аnn", "\u200b", "a=b", "\"", "{", "x", "10.0.0.1", "\n",
      "-----BEGIN PRIVATE KEY-----", "MIIB", "221B Baker Street", "passport ", "C01X00T47", "https://u:p4ss@h.example/",
    ); // prettier-ignore
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(" "));
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.constantFrom(4111111111111111, 12, null),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(text, tie("value"), { maxKeys: 3 }),
        tie("value").map((inside) => JSON.stringify(inside)),
      ),
    }));
    const program = programOf(["{ id: mask, on: result, detect: [pii, secrets], decide: redact }"]);
    fc.assert(
      fc.property(value, (content) => {
        const first = inspect(program, REQUEST, content);
        expect(inspect(program, REQUEST, first.content)).toMatchObject({ decision: "allow", content: first.content });
      }),
      { numRuns: 200 },
    );
  });

  it("gets the placeholders that the session has", () => {
    const placeholders = {
      of: (value: string) => (value === "ann@x.example" ? "[EMAIL_7]" : undefined),
      isTaken: (name: string) => name === "[EMAIL_1]",
    };
    const { content, redactions } = inspect(programOf([MASK]), { ...REQUEST, placeholders }, "ann@x.example bob@x.example");
    expect(content).toBe("[EMAIL_7] [EMAIL_2]");
    expect(redactions.map(({ value }) => value)).toEqual(["bob@x.example"]);
  });

  it("never gets a placeholder that stands in it already: its writer would choose what that stands for", () => {
    expect(inspect(programOf([MASK]), REQUEST, "[EMAIL_1] is ann@x.example").content).toBe("[EMAIL_1] is [EMAIL_2]");
  });

  it("is explained by kinds and counts, never by values", () => {
    const looked = explainResult(programOf([MASK]), REQUEST, "ann@x.example bob@x.example, password: Winter2026");
    expect(looked).toMatchObject([
      { id: "mask", match: "yes", decide: "detect pii, secrets, redact", note: "found 2 × pii.email, 1 × secrets.password" },
    ]);
  });
});
