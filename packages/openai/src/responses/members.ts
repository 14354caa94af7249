import { holdsOutput, isObject, type Gate, type Json, type JsonObject } from "@sallyport/core";

const ITEM = ["id", "type", "role", "status", "phase", "agent", "created_by", "content", "summary", "encrypted_content"];
const PART = ["type", "text", "refusal", "annotations", "logprobs"];
const PLACE = ["type", "sequence_number", "item_id", "output_index", "content_index", "summary_index", "annotation_index", "agent"];
const SAID = ["delta", "text", "refusal", "logprobs", "obfuscation", "annotation", "status"];

/** What is known of the objects in which the model says something, and looked at or without words of its own. */
const KNOWN: Readonly<Record<"item" | "part" | "event", ReadonlySet<string>>> = {
  item: new Set(ITEM),
  part: new Set(PART),
  event: new Set([...PLACE, ...SAID, "item", "part"]),
};

/**
 * Leaves of an object what is known of it. What nobody knows may say what rules on output have to see, so it stays only where
 * there are none.
 */
export type Known = (object: JsonObject, kind: "item" | "part" | "event") => JsonObject;

/** What is left of objects under the policy of now. */
export function knownUnder(gate: Pick<Gate, "policy">): Known {
  if (!holdsOutput(gate)) return (object) => object;
  return (object, kind) => {
    for (const key in object) {
      if (!KNOWN[kind].has(key) && !isWordless(object[key]))
        return Object.fromEntries(Object.entries(object).filter(([name]) => KNOWN[kind].has(name)));
    }
    return object;
  };
}

function isWordless(value: Json | undefined): boolean {
  return typeof value !== "string" && (typeof value !== "object" || value === null);
}

/** An item of text and its parts with what is known of them. */
export function knownItem(item: JsonObject, known: Known): JsonObject {
  const left = known(item, "item");
  const lists = (["content", "summary"] as const).flatMap((list) => {
    const parts = left[list];
    if (!Array.isArray(parts)) return [];
    const own = parts.map((part: Json) => (isObject(part) ? known(part, "part") : part));
    return own.every((part, index) => part === parts[index]) ? [] : [[list, own] as const];
  });
  return lists.length === 0 ? left : { ...left, ...Object.fromEntries(lists) };
}
