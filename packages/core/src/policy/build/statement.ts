import type { Scope } from "../../condition/expression.ts";
import type { Effect } from "../../condition/facts.ts";
import { digestOf } from "../../json/sha256.ts";
import { effects, modes, severities } from "../format/selector-keys.ts";
import type { Rule, Selector } from "../policy.ts";
import { choiceOf, itemsOf, plain, textOf, textsOf, valueOf } from "../text/written.ts";
import type { WrittenMap } from "../text/written.ts";

/** What rules and limits have in common. */
export type Statement = Selector & Pick<Rule, "id" | "reason" | "severity" | "mode" | "digest" | "line">;

/** What is known where a statement's conditions stand: the args of the calls that it is about, and what the policy names. */
export type CallScope = Pick<Scope, "args" | "vocabulary" | "shared" | "origins">;

/** Reads what rules and limits have in common. */
export function buildStatement(written: WrittenMap): Statement {
  return {
    id: textOf(valueOf(written, "id")) ?? "",
    ...buildSelector(written),
    reason: textOf(valueOf(written, "reason")),
    severity: choiceOf(valueOf(written, "severity"), severities),
    mode: choiceOf(valueOf(written, "mode"), modes) ?? "enforce",
    digest: digestOf(plain(written)),
    line: written.at.line,
  };
}

/** Reads which calls a statement or a step is about. */
export function buildSelector(written: WrittenMap): Selector {
  return {
    tools: textsOf(valueOf(written, "tools")),
    effects: valueOf(written, "effects") === undefined ? undefined : buildEffects(written),
    agents: textsOf(valueOf(written, "agents")),
  };
}

function buildEffects(written: WrittenMap): readonly Effect[] {
  return itemsOf(valueOf(written, "effects")).flatMap((item) => choiceOf(item, effects) ?? []);
}
