import { isObject, type Json } from "../value.ts";

/** The text of a result as the model reads it: a string is itself, anything else its JSON. */
export function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * The text of a call's args, for what its result may echo: all leaves, then all keys, one a line.
 * The leaves follow each other directly, since a tool may join them.
 */
export function echoOf(args: Json): string {
  const [leaves, keys]: [string[], string[]] = [[], []];
  const gather = (value: Json): void => {
    if (typeof value === "string" || typeof value === "number") leaves.push(String(value));
    else if (Array.isArray(value)) value.forEach(gather);
    else if (isObject(value)) {
      for (const [key, child] of Object.entries(value)) {
        keys.push(key);
        gather(child);
      }
    }
  };
  gather(args);
  return [...leaves, ...keys].join("\n");
}
