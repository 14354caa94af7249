import {
  didYouMean,
  isObject,
  plain,
  type Json,
  type JsonObject,
  type Position,
  type Report,
  type Written,
  type WrittenEntry,
} from "@sallyport/core";
import { parseTime } from "../trace/time.ts";
import type { Mention } from "./suite.ts";

/** The entries of a mapping in a case file, by key. */
export type Entries = ReadonlyMap<string, WrittenEntry>;

/** Reads values of a case file strictly; what is not as it should be is reported with its place, and is undefined. */
export class Reader {
  /** ids of rules and workflows that stand where one is expected */
  readonly mentions: Mention[] = [];
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  report(at: Position, message: string): undefined {
    return this.#report(at, message);
  }

  /** A mapping with none but known keys. */
  entries(written: Written, known: readonly string[], what: string): Entries {
    if (written.kind !== "map") this.report(written.at, `${what} is a mapping`);
    const entries = written.kind === "map" ? written.entries : [];
    for (const { key, at } of entries)
      if (!known.includes(key))
        this.report(at, `unknown key \`${key}\` in ${what}${didYouMean(key, known) || `; it takes ${known.join(", ")}`}`);
    return new Map(entries.map((entry) => [entry.key, entry]));
  }

  /** The items of a list that is not empty. */
  items(entry: WrittenEntry | undefined, at: Position, what: string): readonly Written[] {
    if (entry === undefined) this.report(at, `${what} is missing`);
    else if (entry.value.kind !== "list" || entry.value.items.length === 0)
      this.report(entry.value.at, `${what} is a list with something in it`);
    return entry?.value.kind === "list" ? entry.value.items : [];
  }

  /** A text that is not empty. */
  name(entry: WrittenEntry | undefined, at: Position, what: string): string | undefined {
    if (entry === undefined) return this.report(at, `${what} is missing`);
    return this.text(entry, what) || this.report(entry.value.at, `${what} is empty`);
  }

  /** A text. */
  text(entry: WrittenEntry | undefined, what: string): string | undefined {
    if (entry === undefined) return undefined;
    const { value } = entry;
    if (value.kind === "scalar" && typeof value.value === "string") return value.value;
    const hint = value.kind === "scalar" && value.source !== "" ? `; put it in quotes: \`"${value.source}"\`` : "";
    return this.report(value.at, `${what} is a text${hint}`);
  }

  /** One of some words. */
  word<Word extends string>(entry: WrittenEntry | undefined, words: readonly Word[], what: string): Word | undefined {
    const text = this.text(entry, what);
    const found = words.find((word) => word === text);
    if (entry === undefined || text === undefined || found !== undefined) return found;
    return this.report(
      entry.value.at,
      `${what} is ${words.map((word) => `\`${word}\``).join(" or ")}, not \`${text}\`${didYouMean(text, words)}`,
    );
  }

  /** A time such as `2026-11-22T10:00:00Z`, in milliseconds since 1970. */
  time(entry: WrittenEntry | undefined): number | undefined {
    const text = this.text(entry, "`at`");
    if (entry === undefined || text === undefined) return undefined;
    return parseTime(text) ?? this.report(entry.value.at, `\`${text}\` is no time such as \`2026-11-22T10:00:00Z\``);
  }

  /** A list of texts; ids of rules are kept, to be looked for in the policy. */
  texts({ key, value }: WrittenEntry, of: "labels" | "rule ids"): void {
    const items = value.kind === "list" ? value.items : undefined;
    const found = (items ?? []).flatMap((item) =>
      item.kind === "scalar" && typeof item.value === "string" ? [{ of: "rule" as const, id: item.value, at: item.at }] : [],
    );
    if (found.length !== items?.length) this.report(value.at, `\`${key}\` is a list of ${of}`);
    else if (of === "rule ids") this.mentions.push(...found);
  }

  /** The id of something in the policy, which is kept, to be looked for there. */
  mention(entry: WrittenEntry | undefined, of: Mention["of"], what: string): string | undefined {
    const id = this.text(entry, what);
    if (entry !== undefined && id !== undefined) this.mentions.push({ of, id, at: entry.value.at });
    return id;
  }

  /** Any value. */
  json(entry: WrittenEntry | undefined): Json | undefined {
    return entry === undefined ? undefined : plain(entry.value);
  }

  /** A mapping as a JSON object. */
  object(entry: WrittenEntry | undefined, what: string): JsonObject | undefined {
    const value = this.json(entry);
    return value === undefined || isObject(value) ? value : this.report(entry?.value.at ?? { line: 1, column: 1 }, `${what} is a mapping`);
  }

  /** Someone with an id. */
  identity(entry: WrittenEntry | undefined, what: string): (JsonObject & { readonly id: string }) | undefined {
    const value = this.object(entry, what);
    if (entry === undefined || value === undefined) return undefined;
    const { id, ...claims } = value;
    return typeof id === "string" && id !== ""
      ? { ...claims, id }
      : this.report(entry.value.at, `${what} needs an \`id\`, a text that is not empty`);
  }
}
