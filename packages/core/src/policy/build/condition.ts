import { compileCondition } from "../../condition/compile.ts";
import type { Expression, Scope } from "../../condition/expression.ts";
import { placeWithin } from "../text/place.ts";
import type { Report } from "../text/problems.ts";
import type { Written } from "../text/written.ts";

/** Compiles a condition and reports its problems where they stand; undefined where there is none or it does not compile. `what` is how messages call it. */
export function buildCondition(written: Written | undefined, scope: Scope, what: string, report: Report): Expression | undefined {
  if (written?.kind !== "scalar") return undefined;
  // `when: true` and `args.n: 100` are a boolean and a number for YAML; as they were typed they mean the same in CEL
  const source = typeof written.value === "string" ? written.value : written.source;
  if (source === "") return undefined;
  const compiled = compileCondition(source, scope);
  if (compiled.ok) return compiled.expression;
  for (const { message, start } of compiled.problems) report(placeWithin(written, start), `${what}: ${message}`);
  return undefined;
}
