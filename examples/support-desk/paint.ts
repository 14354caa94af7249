import { styleText } from "node:util";

/** Paints a text where a person looks at a terminal; `NO_COLOR` is heeded. */
export type Paint = (text: string) => string;

const painted =
  (format: Parameters<typeof styleText>[0]): Paint =>
  (text) =>
    styleText(format, text, { stream: process.stdout });

export const strong: Paint = painted("bold");
export const faint: Paint = painted("dim");
export const good: Paint = painted("green");
export const bad: Paint = painted("red");
const waiting: Paint = painted("yellow");

/** A decision or a status in its colour. */
export function decided(word: string): string {
  switch (word.trim()) {
    case "allow":
    case "approved":
      return good(word);
    case "deny":
    case "ignored":
      return bad(word);
    default:
      return waiting(word);
  }
}
