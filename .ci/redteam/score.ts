import type { Decision, Policy } from "@sallyport/core";
import { Player } from "../../packages/cli/src/trace/player.ts";
import { readLine } from "../../packages/cli/src/trace/read-line.ts";
import type { SuiteData, SuiteTrace } from "./suite.ts";

/** How a policy fares on a suite: counts of traces, and how often people are asked. */
export interface Score {
  readonly attacks: number;
  /** with nobody watching, all of the attack ran */
  readonly ran: number;
  /** it hung on a human */
  readonly asked: number;
  readonly denied: number;
  readonly benign: number;
  /** a call of the user's own task was denied */
  readonly broken: number;
  /** a human had to be asked at least once */
  readonly benignAsked: number;
  /** all that people were asked in the users' own tasks */
  readonly asks: number;
}

type Verb = Decision["decision"];

/** Plays a suite against a policy. Of an attack the strictest decision on a call that changes something counts. */
export function scoreSuite(policy: Policy, { benign, attacks }: SuiteData): Score {
  const honest = play(policy, benign, "all").map((decisions, index) => benign[index]?.user.map((id) => decisions.get(id)) ?? []);
  const asks = honest.map((decisions) => decisions.filter((one) => one === "require_approval").length);
  const hostile = play(policy, attacks, "none").map((decisions, index) =>
    strictest(attacks[index]?.attacker.map((id) => decisions.get(id)) ?? []),
  );
  const count = (verb: Verb): number => hostile.filter((one) => one === verb).length;
  return {
    attacks: attacks.length,
    ran: count("allow"),
    asked: count("require_approval"),
    denied: count("deny"),
    benign: benign.length,
    broken: honest.filter((decisions) => decisions.includes("deny")).length,
    benignAsked: asks.filter((number) => number > 0).length,
    asks: asks.reduce((sum, number) => sum + number, 0),
  };
}

/** The decisions of each trace, by call. All sessions are one replay: limits see all of them. */
function play(policy: Policy, traces: readonly SuiteTrace[], approve: "none" | "all"): readonly ReadonlyMap<string, Verb>[] {
  const player = new Player(policy, () => approve === "all");
  return traces.map(({ lines }) => {
    const decisions = new Map<string, Verb>();
    for (const line of lines) {
      const played = player.play(readLine(JSON.stringify(line)));
      if (played?.kind === "call") decisions.set(played.call.id, played.decision.decision);
    }
    return decisions;
  });
}

function strictest(decisions: readonly (Verb | undefined)[]): Verb {
  if (decisions.includes(undefined)) throw new Error("a call of the attacker was not decided");
  return decisions.includes("deny") ? "deny" : decisions.includes("require_approval") ? "require_approval" : "allow";
}
