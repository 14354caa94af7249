import { styleText } from "node:util";

/** Paints a text, or leaves it as it is. */
export type Paint = (text: string) => string;

/** How people see texts: what is good, what is bad, what waits, what matters less. */
export interface Style {
  readonly good: Paint;
  readonly bad: Paint;
  readonly waiting: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
}

/** The style of a terminal, or one that leaves every text as it is. */
export function styleOf(kind: "colours" | "plain"): Style {
  const paint = (format: Parameters<typeof styleText>[0]): Paint =>
    kind === "plain" ? (text) => text : (text) => styleText(format, text, { validateStream: false });
  return { good: paint("green"), bad: paint("red"), waiting: paint("yellow"), faint: paint("dim"), strong: paint("bold") };
}

/** The paint of a decision or a status. */
export function paintOf(style: Style, word: string): Paint {
  switch (word) {
    case "allow":
    case "approved":
      return style.good;
    case "deny":
    case "denied":
    case "expired":
      return style.bad;
    case "require_approval":
    case "pending":
    case "redact":
      return style.waiting;
    default:
      return (text) => text;
  }
}
