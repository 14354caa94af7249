import { isObject, type Json } from "@sallyport/core";

/** A value of a policy on one line, as people write YAML: words bare, texts with other signs in quotes, lists and mappings in brackets. */
export function writeInline(value: Json): string {
  if (typeof value === "string") return writeText(value, PLAIN_INSIDE);
  if (Array.isArray(value)) return `[${value.map(writeInline).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${writeInline(key)}: ${writeInline(inner)}`);
  return `{ ${entries.join(", ")} }`;
}

/** A value that stands alone behind its key: a text in it may have signs that mean something within brackets. */
export function writeValue(value: Json): string {
  return typeof value === "string" ? writeText(value, PLAIN_ALONE) : writeInline(value);
}

/** What needs no quotes: it begins like a word, and nothing in it is a sign of YAML. */
const PLAIN_ALONE = /^[\p{L}_](?:[\p{L}\p{N}_.,/()%;'+-]|:(?=\S)| (?=[\p{L}\p{N}_.,/()%;'+]))*$/u;
const PLAIN_INSIDE = /^[\p{L}_][\p{L}\p{N}_./()-]*$/u;

const DURATION = /^(?:[0-9]+[dhms])+$/;

/** Words that some reader of YAML takes for something else than text. */
const NO_TEXT: ReadonlySet<string> = new Set(["true", "false", "null", "yes", "no", "on", "off", "y", "n"]);

/** Signs that stand in no quotes but as escapes: controls, line ends, what nobody sees. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0]/gu;

function writeText(text: string, plain: RegExp): string {
  if (DURATION.test(text) || (plain.test(text) && !NO_TEXT.has(text.toLowerCase()))) return text;
  if (text.search(UNSEEN) < 0) return text.includes("'") && !/["\\]/.test(text) ? `"${text}"` : `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text).replaceAll(UNSEEN, escaped);
}

function escaped(sign: string): string {
  return Array.from({ length: sign.length }, (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}
