import { DIFFERENCES } from "./differences.ts";

/** An expression in two spellings that mean the same: ours, and the one that asks the peer for it (see `DIFFERENCES`). */
export interface Writing {
  readonly ours: string;
  readonly peers: string;
  /** whether something in it is ill-typed, so that neither may load it */
  readonly mistaken: boolean;
}

/** What is written depends on the variables that are bound where it stands, the innermost last. */
export type Draft = (bound: readonly string[]) => Writing;

/** The same in both spellings. */
export function same(text: string): Draft {
  return () => ({ ours: text, peers: text, mistaken: false });
}

/** A number that stands in a condition. */
export function numeral(value: number): Draft {
  const digits = String(Math.abs(value));
  const sign = value < 0 ? "-" : "";
  const wrap = (text: string): string => (sign === "" ? text : `(${sign}${text})`);
  return () => ({ ours: wrap(digits), peers: wrap(DIFFERENCES.oneNumber.ask(digits)), mistaken: false });
}

/** A text that stands in a condition, in one of CEL's ways to write it. */
export function quoted(text: string, way: "double" | "single" | "triple" | "code"): Draft {
  const escaped = (quote: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll(quote, `\\${quote}`);
  const code = Array.from(text, (point) => `\\U${(point.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`).join("");
  const ways = { double: `"${escaped('"')}"`, single: `'${escaped("'")}'`, triple: `'''${escaped("'")}'''`, code: `"${code}"` };
  return same(ways[way]);
}

/** The variable that is bound innermost but so many; the other draft where none is. */
export function variable(back: number, otherwise: Draft): Draft {
  return (bound) => {
    const name = bound.at(-1 - (back % Math.max(1, bound.length)));
    return name === undefined ? otherwise(bound) : { ours: name, peers: name, mistaken: false };
  };
}

/** An expression of parts, spelled by two functions of the same parts. */
export function spell(
  parts: readonly Draft[],
  ours: (...texts: readonly string[]) => string,
  peers: (...texts: readonly string[]) => string = ours,
): Draft {
  return (bound) => {
    const written = parts.map((part) => part(bound));
    return {
      ours: ours(...written.map((part) => part.ours)),
      peers: peers(...written.map((part) => part.peers)),
      mistaken: written.some((part) => part.mistaken),
    };
  };
}

/** A macro over a range: the other parts stand where its variable is bound. */
export function loop(name: string, range: Draft, parts: readonly Draft[]): Draft {
  return (bound) => {
    const over = range(bound);
    const element = `x${bound.length}`;
    const written = parts.map((part) => part([...bound, element]));
    const spelled = (one: "ours" | "peers"): string => `${over[one]}.${name}(${[element, ...written.map((part) => part[one])].join(", ")})`;
    return { ours: spelled("ours"), peers: spelled("peers"), mistaken: [over, ...written].some((part) => part.mistaken) };
  };
}

/** Something ill-typed: neither may load what it stands in. */
export function mistake(ours: string, peers: string = ours): Draft {
  return () => ({ ours, peers, mistaken: true });
}
