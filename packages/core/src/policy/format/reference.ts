import { policyFormat } from "./policy-format.ts";
import { describeShape } from "./shape.ts";
import type { Key, RecordShape, Shape } from "./shape.ts";

/** The reference of the policy format in Markdown: one section a mapping, one row a key. */
export function policyReference(): string {
  const sections = sectionsOf("A policy file", policyFormat);
  return ["# The policy format", "Generated from the definition that policies are read by.", ...sections].join("\n\n").concat("\n");
}

/** The section of a record, and those of the records within it. */
function sectionsOf(title: string, record: RecordShape): readonly string[] {
  const rows = Object.entries(record.keys).filter(([, { shape }]) => shape.kind !== "later");
  const table = ["| key | what it says | takes | left out | example |", "|---|---|---|---|---|", ...rows.map(rowOf)].join("\n");
  const within = rows.flatMap(([key, { shape }]) => listed(recordIn(shape)).flatMap((inner) => sectionsOf(`\`${key}\``, inner)));
  return [`## ${title}`, record.says, table, ...within];
}

function rowOf([name, key]: readonly [string, Key]): string {
  const cells = [
    `\`${name}\``,
    key.says,
    describeShape(key.shape),
    key.required ? "an error" : (key.default ?? "–"),
    code(`${name}: ${key.example}`),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Markdown code, also of text with backticks in it. */
function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function recordIn(shape: Shape): RecordShape | undefined {
  if (shape.kind === "list" || shape.kind === "table") return recordIn(shape.of);
  return shape.kind === "record" ? shape : undefined;
}

function listed<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
