import { ruleVerbs } from "../format/rule-format.ts";
import { listWords } from "../format/shape.ts";
import type { Place, Rule } from "../policy.ts";
import type { Report } from "../text/problems.ts";
import { choiceOf, entryOf, valueOf } from "../text/written.ts";
import type { WrittenMap } from "../text/written.ts";

/** What may be decided where a rule stands. */
const DECIDES: Readonly<Record<Place, readonly string[]>> = {
  call: ["allow", "deny", "require_approval"],
  result: ["allow", "deny", "redact"],
  input: ["allow", "deny"],
  output: ["allow", "deny", "redact"],
};

/** How messages say where a rule stands. */
const WHERE: Readonly<Record<Place, string>> = { call: "on a call", result: "on a result", input: "on input", output: "on output" };

/** Reports parts of a rule that cannot stand together, or not where the rule stands; `title` is how messages call it. */
export function checkParts(written: WrittenMap, on: Place, title: string, report: Report): void {
  if (!["decide", "set", "labels", "keep", "detect"].some((key) => entryOf(written, key)))
    report(written.at, `${title} does nothing; give it \`decide\`, \`set\`, \`labels\`, \`keep\` or \`detect\``);
  const decide = choiceOf(valueOf(written, "decide"), ruleVerbs);
  checkDecide(written, on, decide, title, report);
  if (on !== "call") checkMisplaced(written, "set", "is for calls only", title, report);
  if (on !== "result") checkMisplaced(written, "keep", "is for results only", title, report);
  if (on === "input" || on === "output")
    for (const key of ["tools", "effects"]) checkMisplaced(written, key, `names calls, and ${on} is none`, title, report);
  const approval = entryOf(written, "approval");
  // what is no verb was reported as such
  const decidesElse = entryOf(written, "decide") === undefined || (decide !== undefined && decide !== "require_approval");
  if (approval !== undefined && decidesElse)
    report(approval.at, `\`approval\` stands with \`decide: require_approval\` only; ${title} does not decide that`);
}

function checkDecide(written: WrittenMap, on: Place, decide: Rule["decide"], title: string, report: Report): void {
  const at = (valueOf(written, "decide") ?? written).at;
  if (decide !== undefined && !DECIDES[on].includes(decide)) {
    const place = decide === "redact" ? "results and output only, with `detect`" : "calls only";
    report(at, `\`${decide}\` is for ${place}: ${WHERE[on]} ${title} can decide ${listWords(DECIDES[on])}`);
  } else if (decide === "redact" && entryOf(written, "detect") === undefined)
    report(at, `\`redact\` needs \`detect\`: name in ${title} the detectors whose findings are replaced, or use \`keep\` or \`deny\``);
}

function checkMisplaced(written: WrittenMap, key: string, says: string, title: string, report: Report): void {
  const entry = entryOf(written, key);
  if (entry !== undefined) report(entry.at, `\`${key}\` ${says}; take it out of ${title}, or change its \`on\``);
}
