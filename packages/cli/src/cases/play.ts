import type { Policy } from "@sallyport/core";
import { approvesOf, Player, type Played } from "../trace/player.ts";
import { compare, type Difference } from "./compare.ts";
import type { Coverage } from "./coverage.ts";
import type { Case, Step } from "./suite.ts";

/** A step that did not come out as its case names it. */
export interface Failure {
  readonly step: Step;
  readonly differences: readonly Difference[];
  /** why it was decided as it was */
  readonly reason: string;
}

/** Plays a case; what it reaches is added to the coverage. */
export function playCase(policy: Policy, { approve, steps }: Case, coverage: Coverage): readonly Failure[] {
  const lines = steps.map(({ line }) => line);
  const player = new Player(policy, approvesOf(approve, lines));
  return steps.flatMap((step): readonly Failure[] => {
    coverage.look(player.look(step.line));
    const played = player.play(step.line);
    if (played !== undefined) coverage.take(played);
    const differences = step.expect === undefined ? [] : compare(step.expect, played);
    if (differences.length === 0) return [];
    return [{ step, differences, reason: reasonOf(played) }];
  });
}

function reasonOf(played: Played | undefined): string {
  switch (played?.kind) {
    case undefined:
      return "the call did not run";
    case "call":
      return played.decision.reason;
    case "verdict":
      return played.resolution.reason ?? "";
    case "message":
      return played.inspection.reason;
    case "result":
    case "output":
      return "";
  }
}
