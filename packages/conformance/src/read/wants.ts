import { isObject, plain, type JsonObject, type Report, type Written } from "@sallyport/core";
import type { Excuse, SeenWants, Wants } from "../case.ts";
import { Fields, textsOf } from "./reader.ts";

/** The keys of what is to come of a case. */
export const WANT_KEYS: readonly string[] = ["ran", "sees", "offered", "ledger"];

/** Reads what is to come of a case. */
export function readWants(fields: Fields): Wants {
  return {
    ran: readRan(fields),
    sees: readSees(fields),
    offered: fields.textLists("offered"),
    ledger: fields.texts("ledger") ?? fields.wrong("ledger", "missing") ?? [],
  };
}

/** Reads `differs`: for each adapter its reason, the probe, and what it does instead. */
export function readDiffers(fields: Fields): ReadonlyMap<string, Excuse> {
  return new Map(fields.entries("differs").map(([adapter, written]) => [adapter, readExcuse(adapter, written, fields.report)]));
}

function readExcuse(adapter: string, written: Written, report: Report): Excuse {
  const fields = new Fields(written, ["reason", "probe", "paused", ...WANT_KEYS], `what \`${adapter}\` differs in`, report);
  const ledger = fields.texts("ledger");
  const offered = fields.textLists("offered");
  return {
    reason: fields.name("reason"),
    probe: fields.name("probe"),
    paused: fields.textLists("paused"),
    wants: {
      ...(fields.value("ran") === undefined ? {} : { ran: readRan(fields) }),
      ...(fields.value("sees") === undefined ? {} : { sees: readSees(fields) }),
      ...(offered === undefined ? {} : { offered }),
      ...(ledger === undefined ? {} : { ledger }),
    },
  };
}

/** `pay: 2`, or the args of each time: `pay: [{ to: bob }]`. */
function readRan(fields: Fields): Wants["ran"] {
  return new Map(fields.entries("ran").map(([tool, written]) => [tool, readTimes(tool, written, fields.report)] as const));
}

function readTimes(tool: string, written: Written, report: Report): number | readonly JsonObject[] {
  const value = plain(written);
  if (typeof value === "number" || (Array.isArray(value) && value.every(isObject))) return value;
  return report(written.at, `\`${tool}\` ran a number of times, or with a list of args`) ?? 0;
}

/** `c1: { result: 5 }`, `c1: { refused: [denied by policy, large] }`, `c1: { size: 1000 }`, `c1: anything`. */
function readSees(fields: Fields): Wants["sees"] {
  return new Map(fields.entries("sees").map(([call, written]) => [call, readSeen(call, written, fields.report)] as const));
}

function readSeen(call: string, written: Written, report: Report): SeenWants {
  if (plain(written) === "anything") return { kind: "anything" };
  const fields = new Fields(written, ["result", "refused", "size"], `what is seen of \`${call}\``, report);
  const least = fields.number("size");
  if (least !== undefined) return { kind: "size", least };
  const refused = fields.json("refused");
  if (refused === undefined) return { kind: "result", content: fields.json("result") ?? null };
  return { kind: "refusal", parts: textsOf(refused) ?? fields.wrong("refused", "a text, or a list of texts") ?? [] };
}
