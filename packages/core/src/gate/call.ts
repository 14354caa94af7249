import { copyJson } from "../json/copy.ts";
import { parseArgs } from "../json/args.ts";
import { digestOf } from "../json/sha256.ts";
import type { Call } from "./contract.ts";
import type { ParsedCall } from "./moment.ts";

/** Reads a call as an adapter hands it: from here on nobody else's object is looked at. Never throws. */
export function readCall(call: Call): ParsedCall {
  const definition = call.definition === undefined ? null : definitionDigest(call.definition);
  const args = definition === undefined ? ({ ok: false, reason: "the tool's definition is no JSON" } as const) : parseArgs(call.args);
  return {
    id: textOf(call.id),
    tool: textOf(call.tool),
    definition: definition ?? null,
    args,
    digest: args.ok ? digestOf(args.args) : null,
  };
}

/** How large a tool's definition may be. */
const DEFINITION_LIMITS = { depth: 200, bytes: 16 * 1024 * 1024 };

/** What an approval binds of a definition; undefined where it cannot be read, and so nothing can be bound. */
function definitionDigest(definition: unknown): string | undefined {
  const copy = copyJson(definition, DEFINITION_LIMITS);
  return copy.ok ? digestOf(copy.value) : undefined;
}

/** A name as text; what is none has no name, and a call without one is denied. */
function textOf(name: unknown): string {
  return typeof name === "string" ? name.toWellFormed() : "";
}
