/** Writes the documents that are made from the code (`pnpm docs`), or checks that they are up to date (`--check`). */
import { readFileSync, writeFileSync } from "node:fs";
import { coverageDocument, readCasesIn } from "@sallyport/conformance";
import { policyReference, policySchema } from "@sallyport/core";

/** The adapters that the tests play every case through. */
const ADAPTERS = ["ai-sdk", "langchain", "langgraph", "mastra"];

const DOCUMENTS: readonly (readonly [path: string, text: string])[] = [
  ["docs/policy-reference.md", policyReference()],
  ["docs/coverage.md", coverageDocument(readCasesIn("test/conformance/cases"), ADAPTERS)],
  ["docs/policy.schema.json", `${JSON.stringify(policySchema(), null, 2)}\n`],
];

const check = process.argv.includes("--check");
for (const [path, text] of DOCUMENTS) {
  if (!check) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`${path} is not what the code says; run \`pnpm docs\``);
    process.exitCode = 1;
  }
}
