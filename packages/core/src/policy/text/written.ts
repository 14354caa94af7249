import type { Json } from "../../value.ts";
import type { Position } from "./problems.ts";

/** A value as it stands in a file, with its place. */
export type Written = WrittenScalar | WrittenList | WrittenMap;

/** A text, number, boolean or null, with the characters that stand in the file. */
export interface WrittenScalar {
  readonly kind: "scalar";
  readonly at: Position;
  readonly value: null | boolean | number | string;
  /** `made`: it stands nowhere in the file, and what is wrong within it is wrong at its place */
  readonly style: "plain" | "single" | "double" | "literal" | "folded" | "made";
  /** the characters in the file, quotes and block header included */
  readonly source: string;
}

/** A list in a file. */
interface WrittenList {
  readonly kind: "list";
  readonly at: Position;
  readonly items: readonly Written[];
}

/** A mapping in a file, in the order of the file; no key stands twice. */
export interface WrittenMap {
  readonly kind: "map";
  readonly at: Position;
  readonly entries: readonly WrittenEntry[];
}

/** One key of a mapping. */
export interface WrittenEntry {
  readonly key: string;
  readonly at: Position;
  readonly value: Written;
}

/** The entry of a mapping under a key. */
export function entryOf(map: Written | undefined, key: string): WrittenEntry | undefined {
  return map?.kind === "map" ? map.entries.find((entry) => entry.key === key) : undefined;
}

/** The value of a mapping under a key. */
export function valueOf(map: Written | undefined, key: string): Written | undefined {
  return entryOf(map, key)?.value;
}

/** The value at a path of keys and list indices, or the last one on the way that is there. */
export function deepest(root: Written, path: readonly (string | number)[]): Written {
  let found = root;
  for (const step of path) {
    const next = found.kind === "list" ? found.items[Number(step)] : valueOf(found, String(step));
    if (next === undefined) break;
    found = next;
  }
  return found;
}

/** The items of a list; none where there is no list. */
export function itemsOf(list: Written | undefined): readonly Written[] {
  return list?.kind === "list" ? list.items : [];
}

/** The entries of a mapping; none where there is no mapping. */
export function entriesOf(map: Written | undefined): readonly WrittenEntry[] {
  return map?.kind === "map" ? map.entries : [];
}

/** The text of a scalar that is one. */
export function textOf(written: Written | undefined): string | undefined {
  return written?.kind === "scalar" && typeof written.value === "string" ? written.value : undefined;
}

/** The number of a scalar that is one. */
export function numberOf(written: Written | undefined): number | undefined {
  return written?.kind === "scalar" && typeof written.value === "number" ? written.value : undefined;
}

/** The boolean of a scalar that is one. */
export function flagOf(written: Written | undefined): boolean | undefined {
  return written?.kind === "scalar" && typeof written.value === "boolean" ? written.value : undefined;
}

/** The texts in a list; undefined where there is no list. */
export function textsOf(list: Written | undefined): readonly string[] | undefined {
  return list?.kind === "list" ? list.items.flatMap((item) => textOf(item) ?? []) : undefined;
}

/** The one of some words that a scalar is. */
export function choiceOf<Word extends string>(written: Written | undefined, words: readonly Word[]): Word | undefined {
  const text = textOf(written);
  return words.find((word) => word === text);
}

/** How messages call a rule, a limit or the like: by its id, where it has one. */
export function titleOf(written: Written, noun: string): string {
  const id = textOf(valueOf(written, "id"));
  return id === undefined ? `a ${noun}` : `${noun} \`${id}\``;
}

/** A written value as plain data. */
export function plain(written: Written): Json {
  switch (written.kind) {
    case "scalar":
      return written.value;
    case "list":
      return written.items.map(plain);
    case "map":
      return Object.fromEntries(written.entries.map(({ key, value }) => [key, plain(value)]));
  }
}
