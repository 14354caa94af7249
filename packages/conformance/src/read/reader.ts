import {
  didYouMean,
  isObject,
  plain,
  type Identity,
  type Json,
  type JsonObject,
  type Position,
  type Report,
  type Written,
} from "@sallyport/core";

/** A mapping in a file of cases: read key by key, strictly. */
export class Fields {
  readonly at: Position;
  readonly report: Report;
  readonly #what: string;
  readonly #values: ReadonlyMap<string, Written>;

  constructor(written: Written, known: readonly string[], what: string, report: Report) {
    this.at = written.at;
    this.report = report;
    this.#what = what;
    if (written.kind !== "map") report(written.at, `${what} is a mapping`);
    const entries = written.kind === "map" ? written.entries : [];
    for (const { key, at } of entries)
      if (!known.includes(key))
        report(at, `unknown key \`${key}\` in ${what}${didYouMean(key, known) || `; it takes ${known.join(", ")}`}`);
    this.#values = new Map(entries.map(({ key, value }) => [key, value]));
  }

  /** The value under a key. */
  value(key: string): Written | undefined {
    return this.#values.get(key);
  }

  /** The place of a key's value; of the mapping where it has none. */
  place(key: string): Position {
    return this.value(key)?.at ?? this.at;
  }

  /** Says what a key should be. */
  wrong(key: string, kind: string): undefined {
    return this.report(this.place(key), `\`${key}\` of ${this.#what} is ${kind}`);
  }

  /** A text. */
  text(key: string): string | undefined {
    const value = this.json(key);
    return value === undefined || typeof value === "string" ? value : this.wrong(key, "a text");
  }

  /** A text that has to be there. */
  name(key: string): string {
    return this.text(key) || (this.wrong(key, "a text that is not empty") ?? "");
  }

  /** A number from 0. */
  number(key: string): number | undefined {
    const value = this.json(key);
    return value === undefined || (typeof value === "number" && value >= 0) ? value : this.wrong(key, "a number from 0");
  }

  /** `true` or `false`. */
  flag(key: string): boolean {
    const value = this.json(key);
    return value === undefined || typeof value === "boolean" ? value === true : (this.wrong(key, "true or false") ?? false);
  }

  /** One of some words. */
  word<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const text = this.text(key);
    const found = words.find((word) => word === text);
    return text === undefined || found !== undefined ? found : this.wrong(key, words.map((word) => `\`${word}\``).join(" or "));
  }

  /** Any value. */
  json(key: string): Json | undefined {
    const value = this.value(key);
    return value === undefined ? undefined : plain(value);
  }

  /** A mapping as an object. */
  object(key: string): JsonObject | undefined {
    const value = this.json(key);
    return value === undefined || isObject(value) ? value : this.wrong(key, "a mapping");
  }

  /** Someone with an id: a mapping, or the id alone. */
  identity(key: string): Identity | undefined {
    const value = this.json(key);
    if (value === undefined) return undefined;
    if (typeof value === "string") return { id: value };
    const id = isObject(value) ? value["id"] : undefined;
    return isObject(value) && typeof id === "string" ? { ...value, id } : this.wrong(key, "an id, or a mapping with an `id`");
  }

  /** The items of a list. */
  items(key: string): readonly Written[] {
    const value = this.value(key);
    if (value === undefined) return [];
    return value.kind === "list" ? value.items : (this.wrong(key, "a list") ?? []);
  }

  /** A list of texts; undefined where there is none. */
  texts(key: string): readonly string[] | undefined {
    const value = this.json(key);
    if (value === undefined) return undefined;
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : this.wrong(key, "a list of texts");
  }

  /** A list of lists of texts; undefined where there is none. */
  textLists(key: string): readonly (readonly string[])[] | undefined {
    const value = this.json(key);
    if (value === undefined) return undefined;
    const lists = Array.isArray(value) ? value.map((list: Json) => textsOf(list)) : [undefined];
    return lists.every((list) => list !== undefined) ? lists : this.wrong(key, "a list of lists of texts");
  }

  /** The entries of a mapping. */
  entries(key: string): readonly (readonly [name: string, value: Written])[] {
    const value = this.value(key);
    if (value === undefined) return [];
    return value.kind === "map" ? value.entries.map((entry) => [entry.key, entry.value] as const) : (this.wrong(key, "a mapping") ?? []);
  }

  /** A span of time such as `1h30m`, in milliseconds. */
  duration(key: string): number {
    const text = this.name(key);
    const parts = [...text.matchAll(/(\d+)([smhd])/g)];
    if (parts.map(([part]) => part).join("") !== text) return this.wrong(key, "a duration such as `90s` or `1h30m`") ?? 0;
    return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ""] ?? 0), 0);
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A list of texts that may also be written as one text. */
export function textsOf(value: Json): readonly string[] | undefined {
  if (typeof value === "string") return [value];
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
}
