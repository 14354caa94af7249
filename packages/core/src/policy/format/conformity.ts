import { didYouMean } from "../../condition/nearest.ts";
import { parseDuration } from "../build/duration.ts";
import { parseArgsPath, parsePath } from "../build/path.ts";
import type { Report } from "../text/problems.ts";
import { textOf, titleOf, valueOf } from "../text/written.ts";
import type { Written, WrittenEntry, WrittenMap, WrittenScalar } from "../text/written.ts";
import { describeShape, listWords } from "./shape.ts";
import type { ChoiceShape, RecordShape, Shape } from "./shape.ts";

/** Reports everything in which a written value is not of a shape; `what` is how messages call the value. */
export function checkShape(written: Written, shape: Shape, what: string, report: Report): void {
  switch (shape.kind) {
    case "choice":
      return checkChoice(written, shape, what, report);
    case "record":
      return checkRecord(written, shape, what, report);
    case "list":
      return checkList(written, shape, what, report);
    case "table":
      return checkTable(written, shape, what, report);
    case "schema":
      // what stands in it is checked where it is compiled
      return written.kind === "map" ? undefined : report(written.at, wrong(what, shape, written));
    default:
      return written.kind === "scalar" && fits(written, shape) ? undefined : report(written.at, wrong(what, shape, written));
  }
}

function wrong(what: string, shape: Shape, written: Written): string {
  return `${what} takes ${describeShape(shape)}, not ${describeWritten(written)}${hint(shape, written)}`;
}

/** What YAML reads as a number or a boolean is a text in quotes. */
function hint({ kind }: Shape, written: Written): string {
  const isText = kind === "text" || kind === "name";
  return isText && written.kind === "scalar" && typeof written.value !== "string" && written.source !== ""
    ? `; put it in quotes: \`"${written.source}"\``
    : "";
}

function describeWritten(written: Written): string {
  if (written.kind === "list") return written.items.length === 0 ? "an empty list" : "a list";
  if (written.kind === "map") return written.entries.length === 0 ? "an empty mapping" : "a mapping";
  return written.source === "" ? "nothing" : `\`${written.source}\``;
}

function fits(written: WrittenScalar, shape: Shape): boolean {
  const { value, source } = written;
  switch (shape.kind) {
    case "version":
      return source === "1";
    case "text":
      return typeof value === "string" && value.trim() !== "";
    case "name":
      return typeof value === "string" && value !== "" && value === value.trim() && !/\p{Cc}/u.test(value);
    case "flag":
      return typeof value === "boolean";
    case "amount":
      return typeof value === "number" && Number.isFinite(value) && value >= 0;
    case "count":
      return Number.isSafeInteger(value) && Number(value) >= 1;
    case "duration":
      return typeof value === "string" && parseDuration(value) !== undefined;
    case "args-path":
      return typeof value === "string" && parseArgsPath(value) !== undefined;
    case "path":
      return typeof value === "string" && parsePath(value) !== undefined;
    case "condition":
      return source !== "" && value !== "";
    default:
      return false;
  }
}

function checkChoice(written: Written, shape: ChoiceShape, what: string, report: Report): void {
  const word = textOf(written);
  if (word !== undefined && shape.of.includes(word)) return;
  report(
    written.at,
    `${what} is ${describeWritten(written)}; write ${listWords(shape.of)}${word === undefined ? "" : didYouMean(word, shape.of)}`,
  );
}

function checkList(written: Written, shape: Extract<Shape, { kind: "list" }>, what: string, report: Report): void {
  if (written.kind !== "list") return report(written.at, wrong(what, shape, written));
  if (written.items.length === 0 && shape.empty === "refused")
    return report(written.at, `${what} is an empty list; name something in it, or leave it out`);
  for (const [index, item] of written.items.entries()) checkShape(item, shape.of, nameItem(item, index, shape.of, what), report);
}

function nameItem(item: Written, index: number, shape: Shape, list: string): string {
  if (shape.kind !== "record") return `an item of ${list}`;
  return "id" in shape.keys ? titleOf(item, shape.noun) : `item ${index + 1} of ${list}`;
}

function checkTable(written: Written, shape: Extract<Shape, { kind: "table" }>, what: string, report: Report): void {
  if (written.kind !== "map") return report(written.at, wrong(what, shape, written));
  if (written.entries.length === 0 && shape.empty === "refused")
    return report(written.at, `${what} is empty; name something in it, or leave it out`);
  for (const entry of written.entries) {
    checkKey(entry, shape.key, what, report);
    checkShape(
      entry.value,
      shape.of,
      shape.of.kind === "record" ? `${shape.of.noun} \`${entry.key}\`` : `\`${entry.key}\` in ${what}`,
      report,
    );
  }
}

function checkKey({ key, at }: WrittenEntry, shape: Shape, what: string, report: Report): void {
  const written: Written = { kind: "scalar", at, value: key, style: "plain", source: key };
  checkShape(written, shape, `a key of ${what}`, report);
}

function checkRecord(written: Written, shape: RecordShape, what: string, report: Report): void {
  if (written.kind !== "map")
    return report(written.at, `${what} is a mapping with ${listWords(Object.keys(shape.keys))}, not ${describeWritten(written)}`);
  for (const entry of written.entries) checkEntry(entry, shape, what, report);
  reportMissing(written, shape, what, report);
}

function checkEntry({ key, at, value }: WrittenEntry, shape: RecordShape, what: string, report: Report): void {
  const known = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
  const present = Object.keys(shape.keys);
  if (known === undefined)
    return report(at, `unknown key \`${key}\` in ${what}${didYouMean(key, present) || `; it takes ${listWords(present)}`}`);
  checkShape(value, known.shape, what === "the policy" ? `\`${key}\`` : `\`${key}\` of ${what}`, report);
}

function reportMissing(written: WrittenMap, shape: RecordShape, what: string, report: Report): void {
  for (const [key, { required, example }] of Object.entries(shape.keys)) {
    if (required && valueOf(written, key) === undefined)
      report(written.at, `${what} has no \`${key}\`; write it, for example \`${key}: ${example}\``);
  }
}
