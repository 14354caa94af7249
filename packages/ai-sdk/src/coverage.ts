import type { ToolSet } from "ai";
import { didYouMean, SallyportError, type Gate } from "@sallyport/core";

/** A tool that calls for a look: its calls cannot be enforced, or the policy does not know it. */
export interface CoverageGap {
  readonly tool: string;
  /**
   * `client-side`: it has no `execute`; `provider-executed`: it runs at the model's provider before anyone can be asked;
   * `uncatalogued`: it is enforced, but no key of the policy's catalog matches its name
   */
  readonly gap: "client-side" | "provider-executed" | "uncatalogued";
}

/**
 * The tools that cannot be enforced in `execute` and, where a gate is given, those that its policy does not know: run it
 * at start-up and fail where you did not expect one.
 */
export function coverage(tools: ToolSet, gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  return Object.entries(tools).flatMap(([tool, { execute, isProviderExecuted }]): readonly CoverageGap[] => [
    ...(isProviderExecuted === true ? [{ tool, gap: "provider-executed" } as const] : []),
    ...(isProviderExecuted !== true && execute === undefined ? [{ tool, gap: "client-side" } as const] : []),
    ...(gate === undefined || isKnown(tool, gate) ? [] : [{ tool, gap: "uncatalogued" } as const]),
  ]);
}

function isKnown(tool: string, gate: Pick<Gate, "knows">): boolean {
  try {
    return gate.knows(tool);
  } catch {
    // the policy cannot be had: every call is denied, and says so; there is no catalog to compare with
    return true;
  }
}

/** Gets every gap that is found; left out: a warning on the console, once a gate and gap. */
export type OnCoverage = (gap: CoverageGap) => void;

/** Reports a gap; a strict gate refuses what cannot be enforced with a SallyportError `not-enforceable`. */
export function reportGap(gate: Gate, gap: CoverageGap, onCoverage: OnCoverage = (found) => warnOnce(gate, found)): void {
  if (gate.strict && gap.gap !== "uncatalogued") throw new SallyportError("not-enforceable", describe(gate, gap));
  onCoverage(gap);
}

// Tools are guarded anew for each request, and a warning in each would drown the log. A gate is all that those requests
// share, and not ours to write on: what was said of its tools is kept beside it, and is gone when the gate is.
const warned = new WeakMap<Gate, Set<string>>();

function warnOnce(gate: Gate, gap: CoverageGap): void {
  const known = warned.get(gate) ?? new Set();
  const text = describe(gate, gap);
  if (!known.has(text)) console.warn(`sallyport: ${text}`);
  warned.set(gate, known.add(text));
}

function describe(gate: Gate, { tool, gap }: CoverageGap): string {
  switch (gap) {
    case "client-side":
      return `\`${tool}\` has no execute: its calls are judged, but what the client does cannot be enforced or recorded`;
    case "provider-executed":
      return `\`${tool}\` runs at the model's provider: its calls cannot be denied; leave it out of the tools to keep it from running`;
    case "uncatalogued": {
      const { name, tools, defaults } = gate.policy();
      const fate = defaults.unclassified === "deny" ? "every call of it is denied unless a rule allows it" : "its calls are unclassified";
      const hint = didYouMean(
        tool,
        tools.map(({ key }) => key),
      );
      return `\`${tool}\` is in no key of policy \`${name}\`'s catalog: ${fate}${hint}`;
    }
  }
}
