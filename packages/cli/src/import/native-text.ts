import { isObject, type Json, type RuneOrigin, type RuneTranslation } from "@sallyport/core";
import { writeComment, readComments, type SourceComments } from "./comments.ts";
import { writeInline, writeValue } from "./yaml.ts";

const HEAD = "Imported by `sallyport import`. It decides what the Rune file decided; each statement names the Rune rule it comes from.";
const DEFAULTS = [
  "A Rune file has no catalog: every tool is unclassified, every call external, and what no rule denies is allowed. To be",
  "stricter, say under `tools` what each tool can do, and take `allow` away here.",
];
const DETECTORS = "`carried-data` finds addresses that carry a long value and long encoded texts; a `pattern-N` is one of the Rune file's.";

/** A translated Rune file as the text of a native policy, with the comments that stood beside what it comes from. */
export function writeNative({ document, origins, description }: RuneTranslation, source: string): string {
  const comments = readComments(source);
  const about = [...comments.head, ...(description?.split(/\r?\n/) ?? [])];
  const sections = Object.entries(document).map(([key, value]) => writeSection(key, value, origins, comments));
  return `${[HEAD, ...about].map(writeComment).join("")}${sections.join("")}`;
}

function writeSection(key: string, value: Json, origins: readonly RuneOrigin[], comments: SourceComments): string {
  switch (key) {
    case "rules":
    case "limits":
      return `\n${key}:\n${writeStatements(listOf(value), origins, comments)}`;
    case "detectors":
      return `\n${writeComment(DETECTORS)}${key}:\n${fieldsOf(value)
        .map(([name, detector]) => `  ${name}: ${writeInline(detector)}\n`)
        .join("")}`;
    case "defaults":
      return `\n${DEFAULTS.map(writeComment).join("")}${key}: ${writeInline(value)}\n`;
    default:
      return `${key}: ${writeValue(value)}\n`;
  }
}

/** The statements in their order; those of one Rune rule stand together under what is to be said of it. */
function writeStatements(statements: readonly Json[], origins: readonly RuneOrigin[], comments: SourceComments): string {
  const byId = new Map<Json | undefined, RuneOrigin>(origins.map((origin) => [origin.id, origin]));
  let before: RuneOrigin | undefined;
  const blocks = statements.map((statement) => {
    const [, id] = fieldsOf(statement).find(([key]) => key === "id") ?? [];
    const origin = byId.get(id);
    const goesOn = origin !== undefined && origin.rule === before?.rule;
    const gap = before === undefined || goesOn ? "" : "\n";
    const said = origin === undefined || goesOn ? [] : [describeOrigin(origin), ...comments.of(origin.line)];
    before = origin;
    const fields = fieldsOf(statement).map(([key, value], at) => `  ${at === 0 ? "-" : " "} ${key}: ${writeValue(value)}\n`);
    return `${gap}${said.map((line) => `  ${writeComment(line)}`).join("")}${fields.join("")}`;
  });
  return blocks.join("");
}

function describeOrigin({ rule, kind, action, direction, line }: RuneOrigin): string {
  const way = direction === undefined ? "" : `, direction: ${direction}`;
  return `${rule} (line ${line}): ${kind}${way}, action: ${action}`;
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function fieldsOf(value: Json): readonly (readonly [string, Json])[] {
  return isObject(value) ? Object.entries(value) : [];
}
