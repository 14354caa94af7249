import type { Json, LedgerRecord } from "@sallyport/core";
import { paintOf, type Style } from "../print/style.ts";
import type { Cell } from "../print/table.ts";
import { brief, visible } from "../print/visible.ts";
import { isErased, textsIn } from "./record-fields.ts";
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
  const told = ["principal", "agent", "role", "call", "tool", "approval", "approver", "amount"].flatMap((key) => shown(state[key]));
  const rules = textsIn(record, "rules");
  const puts = textsIn(record, "puts");
  return [
    ...told,
    ...(rules.length === 0 ? [] : [`[${rules.join(", ")}]`]),
    ...(puts.length === 0 ? [] : [`+${puts.join(" +")}`]),
    ...(isErased(record) ? ["(erased)"] : payloadOf(record)),
  ];
}

function payloadOf({ type, payload }: LedgerRecord): readonly string[] {
  const told = ["source", "content", "text", "args"].map((key) => payload?.[key]).find((value) => value !== undefined);
  return told === undefined || type === "approval.requested" ? [] : [brief(typeof told === "string" ? told : JSON.stringify(told), SHOWN)];
}

function shown(value: Json | undefined): readonly string[] {
  return typeof value === "string" || typeof value === "number" ? [`${value}`] : [];
}
