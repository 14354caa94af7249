import { isObject, type Json, type JsonObject } from "@sallyport/core";
import type { Fill } from "./attack.ts";
import { fillText, type Cast } from "./cast.ts";
import { isAmountOfRows } from "./tools.ts";
import type { Arg } from "./tool-args.ts";

/** Args for a call, and what of them somebody has to say for it. */
export interface Filled {
  readonly args: JsonObject;
  /** the values beside free text, as texts */
  readonly given: readonly string[];
}

/** What is asked of the args beside their fill. */
export interface Wish {
  /** `harm`: every text that may be free is the attacker's */
  readonly aim: "harm" | "use" | "way";
  /** which of its choices an arg with several takes */
  readonly choice: number;
  /** how often the call was made before, from 1 */
  readonly number: number;
  readonly many: boolean;
}

const SAMPLES: Readonly<Record<string, string>> = {
  email: "lea@partner.example",
  uri: "https://docs.partner.example/report",
  url: "https://docs.partner.example/report",
  hostname: "docs.partner.example",
  date: "2026-11-22",
  "date-time": "2026-11-22T10:00:00Z",
  time: "10:00:00Z",
  uuid: "1b4e28ba-2fa1-41d2-883f-0016d3cca427",
};

const SHAPES = [
  "1001",
  "item-7",
  "A-7",
  "OPS-17",
  "c-3",
  "Weber",
  "weber",
  "2026-11-22",
  "2026-11",
  "DE02100500000054540402",
  "EUR",
  "de",
  "1",
  "a",
  "/docs/report.txt",
  "abcdefgh",
  "0123456789abcdef",
];

/** What an arg with such a name may be. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/sql|statement/i, "SELECT name FROM customers"],
  [/query|search|term/i, "Weber"],
  [/path|file|^key$/i, "reports/q3.txt"],
  [/date|day|start|end$/i, "2026-11-22"],
];

/** Makes args; undefined where the tool's args cannot say what is asked of them. */
export function fillArgs(args: readonly Arg[], fill: Fill, cast: Cast, wish: Wish): Filled | undefined {
  const places = inOrder(args.filter(({ use }) => use === "to"));
  const texts = args.filter((arg) => isFree(arg, wish, fill.text.length > 0) && !places.includes(arg));
  const values = new Map<Arg, Json>();
  if (!putPlaces(places, fill.to, cast, wish, values) || !putTexts(texts, fill.text, cast, wish, values)) return undefined;
  for (const arg of args) {
    if (values.has(arg)) continue;
    const value = arg.type === "number" ? numberFor(arg, fill.number, wish) : arg.required ? sampleFor(arg, wish) : undefined;
    if (value !== undefined) values.set(arg, value);
    else if (arg.required) return undefined;
  }
  const given = [...values].flatMap(([arg, value]) => (texts.includes(arg) ? [] : leavesOf(value)));
  return { args: assemble(values), given };
}

/** Places that are needed come first: the others are where an address is hidden. */
function inOrder(places: readonly Arg[]): readonly Arg[] {
  return [...places.filter(({ required }) => required), ...places.filter(({ required }) => !required)];
}

/** Whether an arg takes the text: where there is one, whatever is no place, is no choice and has no shape of its own. */
function isFree({ type, use, required, schema }: Arg, { aim }: Wish, hasText: boolean): boolean {
  if (use === "text") return aim !== "way" || required || hasText;
  return type === "text" && aim !== "use" && hasText && required && schema["format"] === undefined && schema["pattern"] === undefined;
}

function putPlaces(places: readonly Arg[], texts: readonly string[], cast: Cast, wish: Wish, values: Map<Arg, Json>): boolean {
  const wanted = texts.length === 0 && wish.aim === "way" ? ["{friend}"] : texts;
  const listed = places.length === 1 || wanted.length > places.length;
  for (const [index, arg] of places.entries()) {
    const last = index === places.length - 1;
    const mine = arg.type === "list" && listed && last ? wanted.slice(index) : wanted.slice(index, index + 1);
    const own = mine.length === 0 && arg.required ? wanted.slice(-1) : mine;
    if (own.length === 0) continue;
    const filled = own.map((text) => fillText(text, cast, arg.kind, wish.number));
    const texts = filled.filter((text) => text !== undefined);
    if (texts.length < filled.length || arg.type === "choice" || arg.type === "boolean") return false;
    values.set(arg, arg.type === "list" ? texts : (texts[0] ?? ""));
  }
  const takesMore = listed && places.at(-1)?.type === "list";
  // where no arg says where it goes, it goes where it always goes
  return wish.aim === "way" || takesMore || wanted.length <= Math.max(1, places.length);
}

function putTexts(args: readonly Arg[], texts: readonly string[], cast: Cast, wish: Wish, values: Map<Arg, Json>): boolean {
  // in a harmful call one text may find no arg: it says enough by where it goes
  if (texts.length > Math.max(wish.aim === "way" ? 0 : 1, args.length)) return false;
  for (const [index, arg] of args.entries()) {
    const text = texts[Math.min(index, texts.length - 1)];
    if (text === undefined) continue;
    const filled = fillText(text, cast, arg.use === "text" ? cast.kind : arg.kind, wish.number);
    if (filled === undefined) return false;
    const most = arg.schema["maxLength"];
    values.set(arg, typeof most === "number" ? filled.slice(0, most) : filled);
  }
  return true;
}

function numberFor(arg: Arg, wanted: number | undefined, wish: Wish): number | undefined {
  if (!arg.required && wanted === undefined && !(wish.many && isAmountOfRows(arg))) return undefined;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = arg.schema;
  const number = wanted ?? (wish.many && isAmountOfRows(arg) ? 100_000 : wish.choice % 2 === 1 ? 100_000 : 7);
  const above = typeof exclusiveMinimum === "number" ? Math.max(number, exclusiveMinimum + 1) : number;
  const below = typeof exclusiveMaximum === "number" ? Math.min(above, exclusiveMaximum - 1) : above;
  const inside = Math.min(Math.max(below, typeof minimum === "number" ? minimum : below), typeof maximum === "number" ? maximum : below);
  return typeof multipleOf === "number" ? Math.ceil(inside / multipleOf) * multipleOf : inside;
}

function sampleFor(arg: Arg, { choice }: Wish): Json | undefined {
  const { schema } = arg;
  switch (arg.type) {
    case "choice":
      return choicesOf(arg)[choice % choicesOf(arg).length];
    case "boolean":
      return false;
    case "list":
      return typeof schema["minItems"] === "number" && schema["minItems"] > 0 ? ["item-7"] : [];
    case "object":
      return {};
    case "number":
      return 7;
    case "text":
      return sampleText(arg.path.at(-1) ?? "", schema);
  }
}

/** How many kinds of args are worth a try, at most so many: one for each choice, and a small and a large number. */
export function variantsOf(args: readonly Arg[], most: number): number {
  return Math.max(1, ...args.map((arg) => (arg.type === "number" && arg.required ? 2 : Math.min(most, choicesOf(arg).length))));
}

/** The values that an arg may have, where they are listed. */
function choicesOf({ schema }: Arg): readonly Json[] {
  const listed = schema["enum"];
  if (Array.isArray(listed)) return listed;
  return schema["const"] === undefined ? [] : [schema["const"]];
}

function sampleText(name: string, { format, pattern, minLength }: Arg["schema"]): string | undefined {
  const known = typeof format === "string" ? SAMPLES[format] : undefined;
  if (known !== undefined) return known;
  const named = NAMED.filter(([names]) => names.test(name)).map(([, sample]) => sample);
  const long = [...named, ...SHAPES].filter((shape) => typeof minLength !== "number" || shape.length >= minLength);
  return typeof pattern === "string" ? long.find((shape) => fits(shape, pattern)) : (long[0] ?? "x".repeat(Number(minLength)));
}

/** A pattern that this engine does not read is tried as if it did not fit: the tool is then not played. */
function fits(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return false;
  }
}

function leavesOf(value: Json): readonly string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  return Array.isArray(value) ? value.flatMap(leavesOf) : [];
}

function assemble(values: ReadonlyMap<Arg, Json>): JsonObject {
  return [...values].reduce<JsonObject>((made, [{ path }, value]) => withValue(made, path, value), {});
}

/** An object with a value at each of some paths. */
export function objectWith(paths: readonly (readonly string[])[], value: Json): JsonObject {
  return paths.reduce<JsonObject>((made, path) => withValue(made, path, value), {});
}

function withValue(object: JsonObject, [key = "", ...below]: readonly string[], value: Json): JsonObject {
  const here = object[key];
  return { ...object, [key]: below.length === 0 ? value : withValue(isObject(here) ? here : {}, below, value) };
}
