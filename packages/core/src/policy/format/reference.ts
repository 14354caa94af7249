import { conditionSections } from "./condition-reference.ts";
import { guideSections } from "./guide.ts";
import { code, tableOf } from "./markdown.ts";
import { policyFormat } from "./policy-format.ts";
import { describeShape } from "./shape.ts";
import type { Key, RecordShape, Shape } from "./shape.ts";

/** The reference of the policy format in Markdown: one section a mapping, one row a key; what keys do together; then what conditions may name and call. */
export function policyReference(): string {
  const sections = [...sectionsOf("A policy file", policyFormat), ...guideSections(), ...conditionSections()];
  return ["# The policy format", "Generated from the definition that policies are read by.", ...sections].join("\n\n").concat("\n");
}

/** The section of a record, and those of the records within it. */
function sectionsOf(title: string, record: RecordShape): readonly string[] {
  const rows = Object.entries(record.keys);
  const table = tableOf(["key", "what it says", "takes", "left out", "example"], rows.map(cellsOf));
  const within = rows.flatMap(([key, { shape }]) => listed(recordIn(shape)).flatMap((inner) => sectionsOf(`\`${key}\``, inner)));
  return [`## ${title}`, record.says, table, ...within];
}

function cellsOf([name, key]: readonly [string, Key]): readonly string[] {
  return [
    `\`${name}\``,
    key.says,
    describeShape(key.shape),
    key.required ? "an error" : (key.default ?? "–"),
    code(`${name}: ${key.example}`),
  ];
}

function recordIn(shape: Shape): RecordShape | undefined {
  if (shape.kind === "list" || shape.kind === "table") return recordIn(shape.of);
  return shape.kind === "record" ? shape : undefined;
}

function listed<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
