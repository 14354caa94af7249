import { globSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { Coverage } from "../../../packages/cli/src/cases/coverage.ts";
import { playCase } from "../../../packages/cli/src/cases/play.ts";
import { readSuite } from "../../../packages/cli/src/cases/read.ts";
import { formatFailure } from "../../../packages/cli/src/cases/report.ts";
import { loadSuitePolicy } from "../../../packages/cli/src/cases/suite-policy.ts";
import { styleOf } from "../../../packages/cli/src/print/style.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const FILES = globSync(["policies/*.test.yaml", "test/core/decide/cases/*.test.yaml"], { cwd: ROOT }).toSorted((a, b) => (a < b ? -1 : 1));

describe.each(FILES)("%s", (file) => {
  const path = relative(process.cwd(), resolve(ROOT, file));
  const suite = readSuite(readFileSync(path, "utf8"), path);

  it.each(suite.cases.map((one) => [one.name, one] as const))("%s", async (_, one) => {
    const policy = await loadSuitePolicy(suite);
    const failures = playCase(policy, one, new Coverage(policy));
    expect(failures.length === 0 ? "" : formatFailure(path, one, failures, styleOf("plain"))).toBe("");
  });
});
