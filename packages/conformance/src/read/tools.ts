import { isObject, plain, type Report, type Written } from "@sallyport/core";
import type { ArgSpec, Behaviour, ToolSpec } from "../case.ts";
import type { Turn, TurnPart } from "../script.ts";
import { Fields } from "./reader.ts";

const TOOL_KEYS = ["args", "takes", "returns", "throws", "repeats", "does"];
const AGENT_KEYS = ["agent", "tools", "model"];
const TYPES = ["string", "number", "boolean", "strings", "any"] as const;

/** Reads a tool: `{ args, takes, … }`, or an agent that is one: `{ agent, tools, model }`. */
export function readTool(name: string, written: Written, report: Report): ToolSpec {
  const isAgent = written.kind === "map" && written.entries.some(({ key }) => key === "agent");
  const fields = new Fields(written, isAgent ? AGENT_KEYS : TOOL_KEYS, `tool \`${name}\``, report);
  if (isAgent) {
    const tools = fields.entries("tools").map(([inner, value]) => readTool(inner, value, report));
    return { kind: "agent", name, agent: fields.identity("agent") ?? { id: "" }, tools, model: readModel(fields) };
  }
  const args = fields.entries("args").map(([arg, value]) => readArg(arg, value, report));
  return { kind: "tool", name, args, takes: fields.number("takes") ?? 0, does: readBehaviour(fields) };
}

function readBehaviour(fields: Fields): Behaviour {
  const message = fields.text("throws");
  if (message !== undefined) return { kind: "throws", message };
  const times = fields.number("repeats");
  if (times !== undefined) return { kind: "repeats", times };
  const kind = fields.word("does", ["echoes", "nothing", "binary", "hangs"]);
  return kind === undefined ? { kind: "returns", value: fields.json("returns") ?? "done" } : { kind };
}

/** `amount: number`, or `amount: { type: number, coerced: true, optional: true, default: 5 }`. */
function readArg(name: string, written: Written, report: Report): ArgSpec {
  const what = `arg \`${name}\``;
  const short = plain(written);
  const type = TYPES.find((known) => known === short);
  if (type !== undefined) return { name, type, coerced: false, optional: false, default: undefined };
  const fields = new Fields(written, ["type", "coerced", "optional", "default"], what, report);
  return {
    name,
    type: fields.word("type", TYPES) ?? fields.wrong("type", "missing") ?? "any",
    coerced: fields.flag("coerced"),
    optional: fields.flag("optional"),
    default: fields.json("default"),
  };
}

/** Reads the turns of a model: each a text, or a list of texts and calls. Calls are c1, c2, … unless they say their `id`. */
export function readModel(fields: Fields): readonly Turn[] {
  let calls = 0;
  const nextId = (): string => `c${++calls}`;
  return fields.items("model").map((turn) => {
    const parts = turn.kind === "list" ? turn.items : [turn];
    return parts.map((part) => readPart(part, fields.report, nextId));
  });
}

function readPart(written: Written, report: Report, nextId: () => string): TurnPart {
  const text = plain(written);
  if (typeof text === "string") return { kind: "text", text };
  const fields = new Fields(written, ["call", "args", "id"], "a turn of the model", report);
  const args = fields.json("args") ?? {};
  if (!isObject(args)) fields.wrong("args", "a mapping");
  const next = nextId();
  return { kind: "call", id: fields.text("id") ?? next, tool: fields.name("call"), args };
}
