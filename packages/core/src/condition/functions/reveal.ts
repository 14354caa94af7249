import type { Run } from "../code/run.ts";
import { isList, isRecord, type Value } from "../code/value.ts";
import { DYN } from "../type.ts";
import { type Builtin, codeOf } from "./builtin.ts";

/** `reveal`: what lets one tool see what redaction hides from the model. */
export const REVEAL_FUNCTIONS: readonly Builtin[] = [
  {
    name: "reveal",
    says: "the value with the session's placeholders in its texts replaced by what they stand for; other text stays as it is. In the values of `set` only",
    example: "reveal(args.to)",
    style: "function",
    params: [["null", "bool", "number", "string", "list", "object"]],
    result: DYN,
    reads: "redacted",
    uses: ["set"],
    code: ([first]) => {
      const value = codeOf(first);
      return (facts, run) => {
        const hidden = value(facts, run);
        return facts.redacted === undefined ? hidden : reveal(hidden, new Revealer(facts.redacted, run), run);
      };
    },
  },
];

function reveal(value: Value, revealer: Revealer, run: Run): Value {
  run.charge(1);
  if (typeof value === "string") return revealer.text(value);
  if (isList(value)) return value.map((item) => reveal(item, revealer, run));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, reveal(member, revealer, run)]));
}

/** Puts values in the place of placeholders, in one pass: a value that looks like a placeholder itself is left alone. */
class Revealer {
  readonly #values: ReadonlyMap<string, string>;
  readonly #run: Run;
  readonly #starts: ReadonlySet<string>;
  /** of placeholders, the longest first */
  readonly #lengths: readonly number[];

  constructor(values: ReadonlyMap<string, string>, run: Run) {
    this.#values = values;
    this.#run = run;
    run.charge(values.size);
    const placeholders = [...values.keys()].filter((placeholder) => placeholder !== "");
    this.#starts = new Set(placeholders.map((placeholder) => placeholder.charAt(0)));
    this.#lengths = [...new Set(placeholders.map(({ length }) => length))].sort((a, b) => b - a);
  }

  /** A text with its placeholders replaced. */
  text(text: string): string {
    this.#run.charge(text.length);
    const parts: string[] = [];
    let from = 0;
    for (let at = 0; at < text.length;) {
      const placeholder = this.#starts.has(text.charAt(at)) ? this.#at(text, at) : undefined;
      if (placeholder === undefined) {
        at += 1;
        continue;
      }
      const value = this.#values.get(placeholder) ?? "";
      this.#run.charge(value.length);
      parts.push(text.slice(from, at), value);
      at += placeholder.length;
      from = at;
    }
    return parts.join("") + text.slice(from);
  }

  #at(text: string, at: number): string | undefined {
    this.#run.charge(this.#lengths.length);
    const length = this.#lengths.find((candidate) => this.#values.has(text.slice(at, at + candidate)));
    return length === undefined ? undefined : text.slice(at, at + length);
  }
}
