import type { Position, ReplayOpening, Written, WrittenEntry } from "@sallyport/core";
import type { Entries, Reader } from "./reader.ts";
import type { Step } from "./suite.ts";

/** Keys that say who acts; in the file they hold for all its cases, in a case for all its sessions. */
export const OPENING_KEYS = ["principal", "agent", "context"] as const;

/** The session of the steps that name none. */
export const MAIN = "main";

/** Reads who acts; what is left out is as it was said further out. */
export function readOpening(reader: Reader, entries: Entries, outer: ReplayOpening): ReplayOpening {
  const principal = reader.identity(entries.get("principal"), "`principal`");
  const agent = reader.identity(entries.get("agent"), "`agent`");
  const context = reader.object(entries.get("context"), "`context`");
  return {
    ...outer,
    ...(principal === undefined ? {} : { principal }),
    ...(agent === undefined ? {} : { agent }),
    ...(context === undefined ? {} : { context }),
  };
}

/** The sessions of a case, each opened by the first step that is in it. */
export class Sessions {
  readonly #openings: Map<string, { readonly at: Position; readonly opening: ReplayOpening }>;
  readonly #opened = new Set<string>();

  constructor(openings: ReadonlyMap<string, { readonly at: Position; readonly opening: ReplayOpening }>) {
    this.#openings = new Map(openings);
  }

  /** Reads the sessions of a case: `main`, and those that it names. */
  static read(reader: Reader, entry: WrittenEntry | undefined, at: Position, main: ReplayOpening): Sessions {
    const openings = new Map([[MAIN, { at, opening: main }]]);
    const named = entry?.value.kind === "map" ? entry.value.entries : [];
    if (entry !== undefined && entry.value.kind !== "map") reader.report(entry.value.at, "`sessions` is a mapping from names to sessions");
    for (const { key, at, value } of named) openings.set(key, { at, opening: readSession(reader, key, value, main) });
    for (const { at, opening } of openings.values()) {
      const { parent } = opening;
      if (parent !== undefined && !openings.has(parent)) reader.report(at, `\`parent\` names no session of this case: \`${parent}\``);
    }
    return new Sessions(openings);
  }

  /** Whether the case has such a session. */
  has(session: string): boolean {
    return this.#openings.has(session);
  }

  names(): readonly string[] {
    return [...this.#openings.keys()];
  }

  /** The steps that open a session, and its parents before it; none where it is open. */
  open(session: string): readonly Step[] {
    const known = this.#openings.get(session);
    if (known === undefined || this.#opened.has(session)) return [];
    this.#opened.add(session);
    const { at, opening } = known;
    const before = opening.parent === undefined ? [] : this.open(opening.parent);
    return [...before, { at, title: `session ${session}`, line: { session, act: { kind: "opening", opening } } }];
  }
}

function readSession(reader: Reader, name: string, written: Written, main: ReplayOpening): ReplayOpening {
  const entries = reader.entries(written, [...OPENING_KEYS, "parent"], `session \`${name}\``);
  const parent = reader.text(entries.get("parent"), "`parent`");
  return { ...readOpening(reader, entries, main), ...(parent === undefined ? {} : { parent }) };
}
