import { isObject, type JsonObject } from "../value.ts";
import { copyJson } from "./copy.ts";
import { readJson } from "./read.ts";

/** Args that may be decided on: checked, deep-frozen, nobody else's; or why they are invalid. */
export type ParsedArgs = { readonly ok: true; readonly args: JsonObject } | { readonly ok: false; readonly reason: string };

/** Takes args as a framework hands them: one object (see `copyJson` for what makes it invalid). Never throws. */
export function parseArgs(input: unknown): ParsedArgs {
  const copy = copyJson(input);
  if (!copy.ok) return copy;
  if (!isObject(copy.value)) return { ok: false, reason: "args are not an object" };
  return { ok: true, args: copy.value };
}

/** Takes args that a framework still holds as JSON text, read strictly (see `readJson`). Never throws. */
export function parseArgsText(text: string): ParsedArgs {
  const reading = readJson(text);
  return reading.ok ? parseArgs(reading.value) : { ok: false, reason: reading.problem.message };
}
