import { canonical, isObject, type Json, type LedgerRecord } from "@sallyport/core";
import { paintOf, type Style } from "../print/style.ts";
import type { Cell } from "../print/table.ts";
import { brief, visible } from "../print/visible.ts";
import { isErased, objectsIn, textsIn } from "./record-fields.ts";
import { describeStream } from "./stream-name.ts";

/** How many characters of a text are shown. */
const SHOWN = 80;

/** A record as one row: when, where, what. */
export function summarise(record: LedgerRecord, style: Style): readonly Cell[] {
  const { at, stream, seq, type } = record;
  const decision = record.state["decision"] ?? record.state["status"];
  const word = typeof decision === "string" ? decision : "";
  return [
    { text: new Date(at).toISOString(), paint: style.faint },
    visible(describeStream(stream)),
    { text: String(seq), paint: style.faint },
    type,
    { text: visible(word), paint: paintOf(style, word) },
    visible(wordsOf(record).join(" ")),
  ];
}

function wordsOf(record: LedgerRecord): readonly string[] {
  const { state } = record;
  const told = ["principal", "agent", "role", "workflow", "by", "call", "tool", "scope", "approval", "approver", "amount"].flatMap((key) =>
    shown(state[key]),
  );
  const rules = textsIn(record, "rules");
  const puts = textsIn(record, "puts");
  return [
    ...told,
    ...stepOf(state["step"]),
    ...(rules.length === 0 ? [] : [`[${rules.join(", ")}]`]),
    ...(typeof state["severity"] === "string" ? [`(${state["severity"]})`] : []),
    ...(record.type === "approval.verdict" && objectsIn(record, "names").length === 0 ? ["(ignored)"] : []),
    ...(puts.length === 0 ? [] : [`+${puts.join(" +")}`]),
    ...(isErased(record) ? ["(erased)"] : payloadOf(record)),
  ];
}

/** Which step of a started workflow a claim is. */
function stepOf(step: Json | undefined): readonly string[] {
  if (!isObject(step)) return [];
  const { workflow, index } = step;
  return typeof workflow === "string" && typeof index === "number" ? [`(step ${index + 1} of ${workflow})`] : [];
}

function payloadOf({ type, payload }: LedgerRecord): readonly string[] {
  const { source, args } = payload ?? {};
  if (type === "approval.requested") return [];
  if (source !== undefined && args !== undefined) return [shownBriefly(args), `(${brief(changesOf(source, args).join(", "), SHOWN)})`];
  const told = ["source", "content", "text", "args", "tried"].map((key) => payload?.[key]).find((value) => value !== undefined);
  return told === undefined ? [] : [shownBriefly(told)];
}

/** What a rule rewrote, as it was before: `replicas was 99`. */
function changesOf(before: Json | undefined, after: Json | undefined, path = ""): readonly string[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => changesOf(before[key], after[key], path === "" ? key : `${path}.${key}`));
  }
  const [was, is] = [before, after].map((value) => (value === undefined ? undefined : canonical(value)));
  if (was === is) return [];
  return [was === undefined ? `${path} is new` : `${path} was ${was}`];
}

function shownBriefly(value: Json): string {
  return brief(typeof value === "string" ? value : JSON.stringify(value), SHOWN);
}

function shown(value: Json | undefined): readonly string[] {
  return typeof value === "string" || typeof value === "number" ? [`${value}`] : [];
}
