import { didYouMean } from "../nearest.ts";
import { describeSlip, type Vocabulary } from "../vocabulary.ts";
import type { Type } from "../type.ts";
import { type Context, reject } from "./context.ts";
import { fixedValue, type Span, type Term } from "./term.ts";

/** Reports the first of some texts that a value of a type never is, or that is nearly one which the policy knows; undefined where none is. */
export function rejectSlip(context: Context, whole: Span, type: Type, texts: readonly Term[]): Term | undefined {
  for (const term of texts) {
    const message = slipProblem(context.scope.vocabulary, type, fixedValue(term));
    if (message !== undefined) return reject(context, term.literal ?? whole, message);
  }
  return undefined;
}

function slipProblem(vocabulary: Vocabulary | undefined, type: Type, text: unknown): string | undefined {
  if (typeof text !== "string" || type.kind !== "string") return undefined;
  if (type.names !== undefined) return describeSlip(vocabulary, type.names, text);
  if (type.values === undefined || type.values.has(text)) return undefined;
  const possible = Array.from(type.values, (value) => `\`${value}\``).join(", ");
  return `the value is never \`${text}\`, only ${possible}${didYouMean(text, type.values)}`;
}
