import type { JsonObject } from "../../value.ts";
import type { RuneFile } from "./file.ts";
import { partsOf } from "./part.ts";
import type { Section } from "./part.ts";
import type { RuneRule } from "./rule.ts";

/** A rule or limit of the native policy. */
export interface Statement {
  /** the Rune rule that it comes from */
  readonly rule: RuneRule;
  readonly section: Section;
  /** as it stands in a policy file, the id first */
  readonly fields: JsonObject & { readonly id: string };
}

/** What a rule of a Rune file says, in the native words. */
export function statementsOf(rule: RuneRule, file: RuneFile): readonly Statement[] {
  const parts = partsOf(rule, file);
  return parts.map(({ suffix, section = "rules", fields }) => ({
    rule,
    section,
    // of several statements each says in its id what it is about
    fields: { id: parts.length === 1 ? rule.name : `${rule.name}.${suffix}`, ...fields, ...actionOf(rule, section), ...tailOf(rule) },
  }));
}

/** `log` and `alert` are recorded as shadow rules, and decide nothing. A limit has no `allow`: its shadow is a deny that decides nothing. */
function actionOf({ action }: RuneRule, section: Section): JsonObject {
  return { decide: action === "block" || section === "limits" ? "deny" : "allow" };
}

function tailOf({ action, description, severity }: RuneRule): JsonObject {
  return {
    ...(description === undefined ? {} : { reason: description }),
    ...(severity === undefined ? {} : { severity }),
    ...(action === "block" ? {} : { mode: "shadow" }),
  };
}
