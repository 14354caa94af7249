import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeNative } from "../../packages/cli/src/import/native-text.ts";
import {
  canonical,
  collectProblems,
  loadPolicy,
  plain,
  readDocument,
  SallyportError,
  translateRune,
} from "../../packages/core/src/index.ts";
import type { Json } from "../../packages/core/src/value.ts";
import { runs, within } from "../runs.ts";
import { grafted, mutated } from "./mutation.ts";
import { RUNE_FILES } from "./seeds.ts";
import { watchdog } from "./watchdog.ts";

const dog = watchdog("the import of Rune files");
const SOURCES: readonly Json[] = RUNE_FILES.flatMap((text) => {
  const written = readDocument(text, collectProblems().report);
  return written === undefined ? [] : [plain(written)];
});

describe("a Rune file is imported as what it loads as, or refused as it is when it is loaded", () => {
  it.each<[string, fc.Arbitrary<string>, number]>([
    ["files with slips", mutated(RUNE_FILES), 500],
    ["files with other parts", grafted(SOURCES).map((value) => JSON.stringify(value).replace(/"version":1\b/, '"version":"1.0"')), 500],
  ])("%s", { timeout: within(30_000) }, (_, texts, short) => {
    fc.assert(
      fc.property(texts, (text) => dog.watch(text, () => check(text))),
      runs(short),
    );
  });
});

function check(text: string): void {
  const loaded = attempt(() => loadPolicy(text, { file: "rune.yaml" }));
  const imported = attempt(() => translateRune(text, { file: "rune.yaml" }));
  if (imported instanceof SallyportError) {
    // a native file loads and is no Rune file
    if (loaded instanceof SallyportError) return;
    expect(imported.problems.map(({ message }) => message)).toEqual([expect.stringContaining("this is no Rune file")]);
    return;
  }
  if (loaded instanceof SallyportError) throw loaded;
  const native = loadPolicy(writeNative(imported, text), { file: "native.yaml" });
  expect(canonical(native.source)).toBe(canonical(imported.document));
  expect(canonical(native.source)).toBe(canonical(loaded.source));
  expect(native.rules.map(({ id, digest }) => [id, digest])).toEqual(loaded.rules.map(({ id, digest }) => [id, digest]));
}

function attempt<T>(work: () => T): T | SallyportError {
  try {
    return work();
  } catch (error) {
    if (error instanceof SallyportError && error.problems.length > 0) return error;
    throw error;
  }
}
