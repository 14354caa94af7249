import { inspect, opaque, type Inspection } from "../decide/inspect.ts";
import { sizeOf } from "../decide/size.ts";
import type { Entry } from "../ledger/record.ts";
import type { CallResult, CallState } from "../session/state.ts";
import { isObject, type Json } from "../value.ts";
import { endEntry } from "./entries.ts";
import { requestOf, type Moment } from "./moment.ts";

/** How a call's run ended, as the tool left it. */
export interface Ending {
  readonly error: boolean;
  /** the native value, or what was thrown */
  readonly value: unknown;
}

/** What may be released of an ending, and the record of it. */
export interface Release {
  readonly inspection: Inspection;
  readonly entry: Entry;
  readonly value: unknown;
}

/** Inspects how a call ended: nothing of it leaves the gate but `value`. */
export function releaseOf(moment: Moment, known: CallState, ending: Ending): Release {
  const { inspection, entry } = endOf(moment, known, ending.error, ending.error ? messageOf(ending.value) : snapshot(ending.value));
  return { inspection, entry, value: released(inspection, ending) };
}

/** Inspects the content that a call ended with, and makes the record of it. */
export function endOf(moment: Moment, known: CallState, error: boolean, content: Json | typeof opaque): Omit<Release, "value"> {
  const inspection = inspectNow(moment, known, content);
  const kept = content === opaque && inspection.decision === "allow" ? undefined : inspection.content;
  const size = kept === undefined ? { rows: 0, bytes: 0 } : sizeOf(kept);
  return { inspection, entry: endEntry(known.id, error, inspection, size, kept) };
}

/** Inspects a preliminary value; the same rules, no end. */
export function inspectNow(moment: Moment, known: CallState, content: Json | typeof opaque): Inspection {
  const { source, decision } = known;
  return inspect(moment.program, requestOf(moment, known.tool, source ?? {}, decision.args ?? {}), content);
}

/** What a caller gets of an inspected value: itself where nothing was changed. */
export function released(inspection: Inspection, { value, error }: Ending): unknown {
  if (inspection.decision === "allow") return value;
  const shown = inspection.decision === "deny" ? withheldNotice(inspection.rules) : inspection.content;
  return error ? new Error(typeof shown === "string" ? shown : JSON.stringify(shown)) : shown;
}

/** What a caller gets of a call that ended earlier, from its record. */
export function replayed(result: CallResult | undefined): unknown {
  const shown = shownOf(result);
  return result?.error === true ? new Error(typeof shown === "string" ? shown : JSON.stringify(shown)) : shown;
}

function shownOf(result: CallResult | undefined): Json {
  if (result?.withheld !== undefined) return withheldNotice(result.withheld);
  return result?.content === undefined ? "the call was completed; its result is no longer available" : result.content;
}

function withheldNotice(rules: readonly string[]): string {
  return `result withheld by policy (${rules.join(", ")})`;
}

/** Levels of lists and objects up to which a result is read. */
const LEVELS = 200;

/** A copy of a native value as JSON; opaque where it is none: binary, cyclic, with bigints, nested without end. */
export function snapshot(value: unknown): Json | typeof opaque {
  if (value === undefined) return null;
  try {
    if (hasBinary(value)) return opaque;
    const text: string | undefined = JSON.stringify(value);
    if (text === undefined) return opaque;
    const copy: Json = JSON.parse(text.replace(LONE_SURROGATE, "$1\\ufffd"));
    return isDeeper(copy, LEVELS) ? opaque : copy;
  } catch {
    // what cannot be written as JSON cannot be read by rules: those that look at results withhold it
    return opaque;
  }
}

// JSON.stringify writes pairs as they are, so that an escaped half stands alone
const LONE_SURROGATE = /((?:^|[^\\])(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

function hasBinary(value: unknown, depth = 0): boolean {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || (typeof Blob !== "undefined" && value instanceof Blob)) return true;
  if (depth > 4 || typeof value !== "object" || value === null) return false;
  return Object.values(value).some((child) => hasBinary(child, depth + 1));
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeper(child, levels - 1));
}

function messageOf(thrown: unknown): Json {
  if (thrown instanceof Error) return thrown.message.toWellFormed();
  return typeof thrown === "string" ? thrown.toWellFormed() : describe(snapshot(thrown));
}

function describe(content: Json | typeof opaque): Json {
  return content === opaque || isObject(content) ? JSON.stringify(content === opaque ? "an error" : content) : content;
}
