import { compileGlob } from "../../condition/glob.ts";
import { indexSlips } from "../../condition/slip-index.ts";
import { describeSlip, type Vocabulary } from "../../condition/vocabulary.ts";
import type { Report } from "../text/problems.ts";
import { entriesOf, itemsOf, textOf, textsOf, valueOf } from "../text/written.ts";
import type { Written } from "../text/written.ts";

/** The tools that the catalog names, and the labels that tools and rules put; read as they are written, so that what is wrong elsewhere takes none away. */
export function buildVocabulary(root: Written): Vocabulary {
  const [tools, rules] = [entriesOf(valueOf(root, "tools")), itemsOf(valueOf(root, "rules"))];
  const put = [...tools.map(({ value }) => value), ...rules].flatMap((owner) => textsOf(valueOf(owner, "labels")) ?? []);
  return { tool: intendedTool(tools.map(({ key }) => key)), label: indexSlips(["untrusted", ...put]) };
}

/** Reports names of tools that are slips of names in the catalog. */
export function checkTools(tools: Written | undefined, vocabulary: Vocabulary | undefined, report: Report): void {
  for (const item of itemsOf(tools)) {
    const problem = describeSlip(vocabulary, "tool", textOf(item) ?? "");
    if (problem !== undefined) report(item.at, problem);
  }
}

function intendedTool(keys: readonly string[]): Vocabulary["tool"] {
  const globs = keys.filter((key) => key.includes("*")).map(compileGlob);
  const findSlip = indexSlips(keys.filter((key) => !key.includes("*")));
  return (name) => {
    const slip = name.includes("*") ? undefined : findSlip(name);
    return slip === undefined || globs.some((matches) => matches(name)) ? undefined : slip;
  };
}
