import { copyJson } from "../json/copy.ts";
import { parseArgs } from "../json/args.ts";
import { digestOf } from "../json/sha256.ts";
import type { Call } from "./contract.ts";
import type { ParsedCall } from "./moment.ts";

/** Reads a call as an adapter hands it: from here on nobody else's object is looked at. Never throws. */
export function readCall(call: Call): ParsedCall {
  const args = parseArgs(call.args);
  return {
    id: textOf(call.id),
    tool: textOf(call.tool),
    definition: call.definition === undefined ? null : definitionDigest(call.definition),
    args,
    digest: args.ok ? digestOf(args.args) : null,
  };
}

/** A definition that cannot be read has a digest too: it is the same as any other that cannot. */
function definitionDigest(definition: unknown): string {
  const copy = copyJson(definition);
  return digestOf(copy.ok ? copy.value : "unreadable");
}

/** A name as text; what is none has no name, and a call without one is denied. */
function textOf(name: unknown): string {
  return typeof name === "string" ? name.toWellFormed() : "";
}
