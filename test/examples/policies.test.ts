import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const sallyport = (...args: readonly string[]): string =>
  execFileSync(process.execPath, ["--no-warnings", join(ROOT, "packages/cli/src/main.ts"), ...args], { cwd: ROOT, encoding: "utf8" });

it("every shipped policy has its cases beside it, they pass, and they reach every branch", () => {
  const files = readdirSync(join(ROOT, "policies")).filter((file) => file.endsWith(".yaml"));
  // the baseline has no tools of its own: `init` writes them, and its cases are those of `init`
  const policies = files.filter((file) => !file.endsWith(".test.yaml") && file !== "baseline.yaml");
  expect(policies.map((file) => file.replace(".yaml", ".test.yaml"))).toEqual(files.filter((file) => file.endsWith(".test.yaml")));
  const said = JSON.parse(sallyport("test", "policies", "--coverage", "--json"));
  expect(said.ok).toBe(true);
  expect(said.cases.length).toBeGreaterThan(10);
});

it("the AI SDK example runs", () => {
  const said = execFileSync(process.execPath, ["--no-warnings", join(ROOT, "examples/ai-sdk/main.ts")], { encoding: "utf8" });
  expect(said).toContain("sent once");
});
