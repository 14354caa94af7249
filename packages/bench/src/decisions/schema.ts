import type { Draw } from "../random.ts";
import type { Args } from "./workload.ts";

/** The fields of one tool's args, by what may be asked of them. */
export interface ToolSchema {
  readonly name: string;
  readonly choices: readonly string[];
  readonly paths: readonly string[];
  readonly numbers: readonly string[];
  readonly references: readonly string[];
  readonly texts: readonly string[];
}

const CHOICES = ["status", "region", "currency", "category", "channel", "stage"];
const PATHS = ["path", "folder", "key", "target"];
const NUMBERS = ["amount", "limit", "count", "days"];
const REFERENCES = ["reference", "ticket", "order", "invoice"];
const TEXTS = ["body", "note", "message", "description"];

const SYSTEMS = ["crm", "erp", "mail", "files", "tickets", "billing", "calendar", "wiki", "stock", "people"];
const VERBS = ["get", "list", "create", "update", "delete", "send", "export", "approve"];
const NOUNS = ["invoice", "customer"];

/** Values that a field for a choice may have. */
export const CHOICE_VALUES: readonly string[] = ["open", "closed", "draft", "eu", "us", "urgent", "internal", "public"];

/** What a path may start with. */
export const PATH_STARTS: readonly string[] = [
  "/srv/legal",
  "/srv/sales",
  "/srv/ops",
  "/srv/hr",
  "/home/shared",
  "/data/raw",
  "/data/clean",
  "/tmp",
];

/** What a reference may start and end with. */
export const REFERENCE_STARTS: readonly string[] = ["INV", "ORD", "TCK", "REF"];
export const REFERENCE_ENDS: readonly string[] = ["EU", "US", "AP"];

/** Numbers are whole and below this. */
export const NUMBERS_END: number = 10_000;

const WORDS = "the order of last week has left our house and will arrive on friday unless customs asks for another paper".split(" ");

/** Tools in pairs of one glob (`crm7.get_invoice`, `crm7.get_customer`) whose args have the same fields. */
export function drawSchemas(draw: Draw, count: number): readonly ToolSchema[] {
  const schemas: ToolSchema[] = [];
  for (let pair = 0; schemas.length < count; pair++) {
    const fields = drawFields(draw);
    const verb = VERBS[pair % VERBS.length] ?? "";
    const system = `${SYSTEMS[pair % SYSTEMS.length] ?? ""}${Math.floor(pair / (SYSTEMS.length * VERBS.length)) * VERBS.length + (pair % VERBS.length)}`;
    for (const noun of NOUNS) schemas.push({ ...fields, name: `${system}.${verb}${pair}_${noun}` });
  }
  return schemas.slice(0, count);
}

/** The glob that matches a tool and the one that it is a pair with. */
export function globOf(tool: string): string {
  return `${tool.slice(0, tool.lastIndexOf("_"))}_*`;
}

function drawFields(draw: Draw): Omit<ToolSchema, "name"> {
  return {
    choices: draw.some(CHOICES, 2 + draw.below(2)),
    paths: draw.some(PATHS, 1),
    numbers: draw.some(NUMBERS, 1 + draw.below(2)),
    references: draw.some(REFERENCES, 1),
    texts: draw.some(TEXTS, 1),
  };
}

/** Args of a tool, from 100 to 600 bytes of JSON. */
export function drawArgs(draw: Draw, schema: ToolSchema): Args {
  const short: Record<string, string | number> = {};
  for (const field of schema.choices) short[field] = draw.oneOf(CHOICE_VALUES);
  for (const field of schema.paths) short[field] = drawPath(draw, draw.oneOf(PATH_STARTS));
  for (const field of schema.numbers) short[field] = draw.below(NUMBERS_END);
  for (const field of schema.references) short[field] = drawReference(draw, draw.oneOf(REFERENCE_STARTS), draw.oneOf(REFERENCE_ENDS));
  const left = 100 + draw.below(500) - JSON.stringify(short).length;
  for (const field of schema.texts) short[field] = drawText(draw, Math.max(1, left - field.length - 6));
  return short;
}

/** A file below a folder. */
export function drawPath(draw: Draw, start: string): string {
  return `${start}/${draw.oneOf(WORDS)}/${draw.oneOf(WORDS)}-${draw.below(1_000)}.txt`;
}

/** A reference such as `INV-1234-EU`. */
export function drawReference(draw: Draw, start: string, end: string): string {
  return `${start}-${1_000 + draw.below(9_000)}-${end}`;
}

function drawText(draw: Draw, length: number): string {
  let text = "";
  while (text.length < length) text += `${draw.oneOf(WORDS)} `;
  return text.slice(0, length);
}
