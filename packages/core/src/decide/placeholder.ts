import type { Redaction } from "./inspect.ts";
import type { Placeholders } from "./request.ts";

/** What stands for a value of a kind; made where the session has none. */
export type Placeholding = (value: string, kind: string, secret: boolean) => string;

const LOOKS_LIKE_ONE = /\[[A-Z0-9_]{1,64}_\d{1,9}\]/g;

/**
 * Makes placeholders, numbered by kind: `[EMAIL_1]`, and `[EMAIL_4F2A_1]` in a session that works for another. The same value has the same one all through the session. One that
 * stands in the text already is not made: whoever wrote it must not get to choose what it stands for. New ones are added
 * to `made`.
 */
export function makePlaceholders(known: Placeholders | undefined, text: string, made: Redaction[]): Placeholding {
  const forged = new Set(text.match(LOOKS_LIKE_ONE));
  const fresh = new Map<string, string>();
  const counts = new Map<string, number>();
  return (value, kind, secret) => {
    const before = known?.of(value) ?? fresh.get(value);
    if (before !== undefined) return before;
    const plain = kind.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_") || "VALUE";
    const name = `${plain}${known?.mark ?? ""}`;
    let count = counts.get(name) ?? 0;
    let placeholder: string;
    do placeholder = `[${name}_${++count}]`;
    while (known?.isTaken(placeholder) === true || forged.has(placeholder));
    counts.set(name, count);
    fresh.set(value, placeholder);
    made.push({ placeholder, value, secret });
    return placeholder;
  };
}
