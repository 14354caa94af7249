import type { ToolSet } from "ai";
import { SallyportError, type Gate } from "@sallyport/core";

/** A tool whose calls the gate cannot enforce, and why. */
export interface CoverageGap {
  readonly tool: string;
  /** `client-side`: it has no `execute`; `provider-executed`: it runs at the model's provider before anyone can be asked */
  readonly gap: "client-side" | "provider-executed";
}

/** The tools that cannot be enforced in `execute`: run it at start-up and fail where you did not expect one. */
export function coverage(tools: ToolSet): readonly CoverageGap[] {
  return Object.entries(tools).flatMap(([tool, { execute, isProviderExecuted }]): readonly CoverageGap[] => {
    if (isProviderExecuted === true) return [{ tool, gap: "provider-executed" }];
    return execute === undefined ? [{ tool, gap: "client-side" }] : [];
  });
}

/** Gets every gap that is found; left out: a warning on the console, once a gate and gap. */
export type OnCoverage = (gap: CoverageGap) => void;

/** Reports a gap; a strict gate refuses it with a SallyportError `not-enforceable`. */
export function reportGap(gate: Gate, gap: CoverageGap, onCoverage: OnCoverage = (found) => warnOnce(gate, found)): void {
  if (gate.strict) throw new SallyportError("not-enforceable", describe(gap));
  onCoverage(gap);
}

// tools are guarded anew for each request, and a warning in each would drown the log
const warned = new WeakMap<Gate, Set<string>>();

function warnOnce(gate: Gate, gap: CoverageGap): void {
  const known = warned.get(gate) ?? new Set();
  const text = describe(gap);
  if (!known.has(text)) console.warn(`sallyport: ${text}`);
  warned.set(gate, known.add(text));
}

function describe({ tool, gap }: CoverageGap): string {
  switch (gap) {
    case "client-side":
      return `\`${tool}\` has no execute: its calls are judged, but what the client does cannot be enforced or recorded`;
    case "provider-executed":
      return `\`${tool}\` runs at the model's provider: its calls cannot be denied; leave it out of the tools to keep it from running`;
  }
}
