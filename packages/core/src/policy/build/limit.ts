import { limitFormat, limitVerbs } from "../format/rule-format.ts";
import type { Limit } from "../policy.ts";
import type { Report } from "../text/problems.ts";
import { choiceOf, numberOf, textOf, titleOf, valueOf } from "../text/written.ts";
import type { WrittenMap } from "../text/written.ts";
import { buildCondition } from "./condition.ts";
import { parseDuration } from "./duration.ts";
import { buildStatement } from "./statement.ts";
import type { CallScope, Statement } from "./statement.ts";
import { checkTools } from "./vocabulary.ts";
import { conforms, watch } from "./watch.ts";

/** Builds one limit and reports what is wrong with it by itself; undefined where something is. */
export function buildLimit(written: WrittenMap, scopeOf: (statement: Statement) => CallScope, report: Report): Limit | undefined {
  const watched = watch(report);
  const statement = buildStatement(written);
  const scope = scopeOf(statement);
  checkTools(valueOf(written, "tools"), scope.vocabulary, watched.report);
  const build = (key: "when" | "per" | "amount"): Limit["when"] =>
    buildCondition(valueOf(written, key), { use: key, ...scope }, `\`${key}\` of ${titleOf(written, "limit")}`, watched.report);
  const [when, per, amount] = [build("when"), build("per"), build("amount")];
  const window = parseDuration(textOf(valueOf(written, "window")) ?? "");
  const max = numberOf(valueOf(written, "max"));
  const decide = choiceOf(valueOf(written, "decide"), limitVerbs);
  if (!watched.isClean() || !conforms(written, limitFormat)) return undefined;
  if (per === undefined || window === undefined || max === undefined || decide === undefined) return undefined;
  return { ...statement, when, per, window, amount, max, decide };
}
