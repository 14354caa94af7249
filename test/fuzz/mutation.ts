import * as fc from "fast-check";
import { isObject, type Json } from "../../packages/core/src/value.ts";

// pieces that break texts: odd characters and halves of some, marks of YAML and JSON, escapes, numbers on the edge
const CHARACTERS = [
  "",
  " ",
  "\n",
  "\r\n",
  "\r",
  "\t",
  "\0",
  "\u0085",
  "\u2028",
  "\ufeff",
  "\ud800",
  "\udc00",
  "\u{1F600}",
  "\u202e",
  "é",
  "\u0130",
];
const MARKS = '{ } [ ] ( ) : , - ? " \\ | > # % & * ! | ~ << --- ... |2- &a *a !x !!str'
  .split(" ")
  .flatMap((mark) => [mark, `${mark} `, `\n${mark}`]);
const WORDS = "\\u0000 \\ud800 \\x41 \\u00e9 __proto__ constructor toString null true NaN .inf on 10.0.0.0/8 ::1/0 @*.x".split(" ");
const NUMBERS = "0 -0 -1 1e999 1e-999 9007199254740992 0x10 0o7 1_000 1.0 .5 1e21 00".split(" ");
const CONDITIONS = "&& || ! == =~ args args.x[0] has( matches( (a+)+$ [[:alpha:]]{1000} \\Q exists(x,x) '".split(" ");
const PIECES = [...CHARACTERS, ...MARKS, ...WORDS, ...NUMBERS, ...CONDITIONS];

interface Slip {
  readonly at: number;
  /** how much is cut; `word`: the word that stands there, so that more of what was meant stays */
  readonly cut: number | "word";
  readonly put: string;
}

/** A text of a corpus with some slips: cuts, odd pieces, pieces of another text, and words in the place of others. */
export function mutated(corpus: readonly string[]): fc.Arbitrary<string> {
  const seed = fc.constantFrom(...corpus);
  const piece = fc.oneof(
    fc.constantFrom(...PIECES),
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.tuple(seed, fc.nat(), fc.nat({ max: 80 })).map(([text, at, length]) => text.slice(at % (text.length + 1)).slice(0, length)),
  );
  const words = [...new Set(["x", ...corpus.flatMap((text) => text.match(WORD) ?? [])])];
  const slip = fc.oneof(
    fc.record<Slip>({ at: fc.nat(), cut: fc.oneof(fc.constant(0), fc.nat(12), fc.nat(400)), put: piece }),
    fc.record<Slip>({ at: fc.nat(), cut: fc.constant("word"), put: fc.constantFrom(...words) }),
  );
  return fc.tuple(seed, few(slip)).map(([text, slips]) => slips.reduce(apply, text));
}

const WORD = /[\w@.*-]+/g;

/** Mostly one: what has many slips is seldom read any further than the first. */
function few<T>(item: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  return fc.oneof(
    { arbitrary: item.map((one) => [one]), weight: 3 },
    { arbitrary: fc.array(item, { minLength: 2, maxLength: 4 }), weight: 2 },
  );
}

function apply(text: string, { at, cut, put }: Slip): string {
  const place = at % (text.length + 1);
  if (cut !== "word") return text.slice(0, place) + put + text.slice(place + cut);
  return text.slice(0, place) + text.slice(place).replace(/\b[\w@.*-]+/, () => put);
}

/** Any text: UTF-16 with halves of characters, what bytes decode to, and pieces in a row. */
export function anyText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.array(fc.nat(0xffff), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
    fc.uint8Array({ maxLength: 120 }).map((bytes) => new TextDecoder().decode(bytes)),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join("")),
  );
}

/** A value of a corpus in which some parts are others: of another value, of another type, missing, twice, or renamed. */
export function grafted(corpus: readonly Json[]): fc.Arbitrary<Json> {
  const parts = corpus.flatMap(partsOf);
  const keys = [...new Set(parts.flatMap((part) => (isObject(part) ? Object.keys(part) : [])))];
  const scalar = fc.oneof(fc.constantFrom<Json>(null, true, 0, -1, 1.5, "", "none", "*", [], {}), fc.constantFrom(...PIECES));
  const graft = fc.record({
    at: fc.nat(),
    how: fc.constantFrom("like", "like", "replace", "drop", "add", "rename"),
    part: fc.oneof(fc.constantFrom(...parts), scalar),
    others: fc.array(fc.constantFrom(...parts), { minLength: 4, maxLength: 4 }),
    key: fc.constantFrom(...keys),
  });
  return fc
    .tuple(fc.constantFrom(...corpus), fc.array(graft, { minLength: 1, maxLength: 4 }))
    .map(([value, grafts]) => grafts.reduce(change, value));
}

interface Graft {
  readonly at: number;
  readonly how: string;
  readonly part: Json;
  /** candidates for what is to be of the same type */
  readonly others: readonly Json[];
  readonly key: string;
}

function change(value: Json, graft: Graft): Json {
  let left = graft.at % partsOf(value).length;
  const walk = (part: Json): Json =>
    left-- === 0 ? changed(part, graft) : isList(part) ? part.map(walk) : isObject(part) ? mapMembers(part, walk) : part;
  return walk(value);
}

function changed(part: Json, { at, how, part: other, others, key }: Graft): Json {
  if (how === "like") return others.find((one) => typeof one === typeof part && isList(one) === isList(part)) ?? part;
  const pick = Math.floor(at / 7);
  if (isList(part)) {
    const place = pick % (part.length + 1);
    if (how === "drop") return part.toSpliced(place, 1);
    return how === "add" ? part.toSpliced(place, 0, part[place] ?? other, other) : other;
  }
  if (!isObject(part) || how === "replace") return other;
  const entries = Object.entries(part);
  const place = pick % (entries.length + 1);
  const [, old] = entries[place] ?? [key, other];
  if (how === "add") return Object.fromEntries([...entries, [key, other]]);
  return Object.fromEntries(how === "drop" ? entries.toSpliced(place, 1) : entries.toSpliced(place, 1, [key, old]));
}

/** A value and all that is in it. */
export function partsOf(value: Json): readonly Json[] {
  const inner: readonly Json[] = isList(value) ? value : isObject(value) ? Object.values(value) : [];
  return [value, ...inner.flatMap(partsOf)];
}

function mapMembers(object: { readonly [key: string]: Json }, work: (value: Json) => Json): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, work(value)]));
}

// Array.isArray alone does not tell a readonly list
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
