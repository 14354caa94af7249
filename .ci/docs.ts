/** Writes the documents that are made from the code (`pnpm docs`), or checks that they are up to date (`--check`). */
import { readFileSync, writeFileSync } from "node:fs";
import { coverageDocument, readCasesIn } from "@sallyport/conformance";
import { policyReference, policySchema } from "@sallyport/core";
import { detectorsDocument } from "../test/core/detect/document.ts";
import { withEvasions } from "../test/redteam/document.ts";
import { readEvasions } from "../test/redteam/evasions.ts";

/** The adapters that the tests play every case through. */
const ADAPTERS = ["ai-sdk", "langchain", "langgraph", "mastra", "openai", "openai-responses", "openai-agents"];

const DOCUMENTS: readonly (readonly [path: string, text: string])[] = [
  ["docs/policy-reference.md", policyReference()],
  ["docs/threat-model.md", withEvasions(readFileSync("docs/threat-model.md", "utf8"), readEvasions())],
  ["docs/detectors.md", detectorsDocument()],
  ["docs/coverage.md", coverageDocument(readCasesIn("test/conformance/cases"), ADAPTERS)],
  ["docs/policy.schema.json", `${JSON.stringify(policySchema(), null, 2)}\n`],
  ["packages/cli/src/init/baseline.ts", baselineSource()],
];

/** The baseline as source text, so that the packed command line carries it: all below its heading. */
function baselineSource(): string {
  const text = readFileSync("policies/baseline.yaml", "utf8");
  const rules = text.slice(text.indexOf("\ndefaults:") + 1);
  const literal = rules.replaceAll(/\\|`|\$(?=\{)/g, "\\$&");
  return `// made from policies/baseline.yaml by \`pnpm docs\`; change it there\n\n/** The rules of the baseline, from \`defaults\` on. */\nexport const BASELINE: string = \`${literal}\`;\n`;
}

const check = process.argv.includes("--check");
for (const [path, text] of DOCUMENTS) {
  if (!check) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`${path} is not what the code says; run \`pnpm docs\``);
    process.exitCode = 1;
  }
}
