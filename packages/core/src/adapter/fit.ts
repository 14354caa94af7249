import { SallyportError } from "../error.ts";
import { canonical } from "../json/canonical.ts";
import type { Json } from "../value.ts";
import { unfitText } from "./text.ts";

/** What a tool's own schema makes of args; undefined where it refuses them. */
export type ParseArgs = (args: unknown) => PromiseLike<{ readonly parsed: unknown } | undefined>;

/**
 * Throws where the args that were decided on do not fit the tool: its own schema refuses what a rule or an approver made of
 * them, or would change it once more. Args that are still those `proposed` were parsed before.
 */
export async function checkFit(tool: string, args: unknown, parse: ParseArgs, proposed?: unknown): Promise<void> {
  if (isSameJson(args, proposed)) return;
  const fit = await parse(args);
  if (fit === undefined || !isSameJson(fit.parsed, args)) throw new SallyportError("denied", unfitText(tool));
}

/** Whether two values are the same as JSON, in whatever order their members stand. */
export function isSameJson(one: unknown, other: unknown): boolean {
  return jsonText(one) === jsonText(other);
}

/** The canonical text of a value as JSON writes it; empty where it has none. */
export function jsonText(value: unknown): string {
  const text: unknown = JSON.stringify(value);
  if (typeof text !== "string") return "";
  const copy: Json = JSON.parse(text);
  return canonical(copy);
}
