/** What stands in for `vitest` while mutants run: the tests of a file are collected, and run when a mutant asks for them. */
import { format, inspect } from "node:util";

export { expect, vi } from "vitest";

type Body = (...args: readonly unknown[]) => unknown;
/** vitest takes options before the body, or a timeout after it; neither matters here */
type Rest = readonly unknown[];

/** One test of a file. */
export interface CollectedTest {
  /** with the names of its suites; unique in its file */
  readonly name: string;
  readonly run: () => unknown;
}

/** Declares a test or a suite. */
export interface Declare {
  (name: string, ...rest: Rest): void;
  readonly each: (rows: Iterable<unknown>) => (name: string, ...rest: Rest) => void;
  readonly for: (rows: Iterable<unknown>) => (name: string, ...rest: Rest) => void;
  readonly skipIf: (skipped: boolean) => Declare;
  readonly runIf: (wanted: boolean) => Declare;
  readonly skip: (name: string, ...rest: Rest) => void;
}

interface Collection {
  readonly tests: CollectedTest[];
  readonly names: Map<string, number>;
  suites: readonly string[];
}

let open: Collection | undefined;

/** Collects the tests that a module declares while it is imported. */
export async function collect(load: () => Promise<unknown>): Promise<readonly CollectedTest[]> {
  const collection: Collection = { tests: [], names: new Map(), suites: [] };
  open = collection;
  try {
    await load();
  } finally {
    open = undefined;
  }
  return collection.tests;
}

function nothing(): void {}

function addTest(name: string, body: Body, args: Rest): void {
  if (open === undefined) throw new Error(`\`${name}\` is declared outside of an import`);
  const full = [...open.suites, name].join(" > ");
  const seen = (open.names.get(full) ?? 0) + 1;
  open.names.set(full, seen);
  open.tests.push({ name: seen === 1 ? full : `${full} (${seen})`, run: () => body(...args) });
}

function addSuite(name: string, body: Body, args: Rest): void {
  if (open === undefined) throw new Error(`\`${name}\` is declared outside of an import`);
  const around = open.suites;
  open.suites = [...around, name];
  body(...args);
  open.suites = around;
}

function bodyOf(rest: Rest): Body {
  const body = rest.find((part) => typeof part === "function");
  return (...args) => (typeof body === "function" ? Reflect.apply(body, undefined, args) : undefined);
}

/** The name of a row's test: `%s` and the like are its parts in order, `$key` and `$0` one of them. */
function nameOf(name: string, row: Rest, index: number): string {
  const [first] = row;
  const keyed = name.replaceAll(/\$([\w.]+)/gu, (written, path: string) => {
    const found = path.split(".").reduce<unknown>((value, key) => memberOf(value, key), /^\d/u.test(path) ? row : first);
    return found === undefined ? written : typeof found === "string" ? found : inspect(found);
  });
  const numbered = keyed.replaceAll("%#", String(index)).replaceAll("%%", "%%%%");
  const holes = numbered.match(/%[sdifjoO]/gu)?.length ?? 0;
  return format(numbered, ...row.slice(0, holes));
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function declaring(add: (name: string, body: Body, args: Rest) => void, skipped: boolean): Declare {
  const declare = (name: string, ...rest: Rest): void => {
    if (!skipped) add(name, bodyOf(rest), []);
  };
  const rowsOf =
    (spread: boolean) =>
    (rows: Iterable<unknown>) =>
    (name: string, ...rest: Rest): void => {
      if (skipped) return;
      for (const [index, row] of [...rows].entries()) {
        const args: Rest = spread && Array.isArray(row) ? row : [row];
        add(nameOf(name, Array.isArray(row) ? row : [row], index), bodyOf(rest), args);
      }
    };
  return Object.assign(declare, {
    each: rowsOf(true),
    for: rowsOf(false),
    skipIf: (unwanted: boolean) => declaring(add, skipped || unwanted),
    runIf: (wanted: boolean) => declaring(add, skipped || !wanted),
    skip: nothing,
  });
}

export const it: Declare = declaring(addTest, false);
export const test: Declare = declaring(addTest, false);
export const describe: Declare = declaring(addSuite, false);
