import { decide as decideNow, type Decision, type Look } from "@sallyport/core";
import { explain } from "../../../packages/core/src/decide/explain.ts";
import type { JsonObject } from "../../../packages/core/src/value.ts";
import { programOf, REQUEST } from "./requests.ts";

/** What one rule decides of a call of `s`. */
export function decide(rule: string, args: JsonObject): Decision {
  return decideNow(programOf([rule]), { ...REQUEST, tool: "s", args }, () => 0);
}

/** Why one rule matches a call of `s`, or does not. */
export function explainCall(rule: string, args: JsonObject): readonly Look[] {
  return explain(programOf([rule]), { ...REQUEST, tool: "s", args }, () => 0).looked;
}
