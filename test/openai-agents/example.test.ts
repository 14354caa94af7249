import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

it("the OpenAI Agents example runs", () => {
  const main = join(import.meta.dirname, "../../examples/openai-agents/main.ts");
  expect(execFileSync(process.execPath, ["--no-warnings", main], { encoding: "utf8" })).toContain("sent once");
});
