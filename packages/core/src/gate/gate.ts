import { SallyportError } from "../error.ts";
import type { Store } from "../ledger/store.ts";
import type { Policy } from "../policy/policy.ts";
import { GateApprovals } from "./approvals.ts";
import type { Approvals, Gate, GateOptions } from "./contract.ts";
import { Coverage } from "./coverage.ts";
import { Engine } from "./engine.ts";
import { GateSession } from "./session.ts";

/** Keys are to be random, and shorter ones can be guessed. */
const SHORTEST_KEY = 16;

/**
 * Makes the gate: one policy, one store, every session. Rejects where the policy or the store cannot be used at start-up;
 * later every such fault denies.
 */
export async function createGate(options: GateOptions): Promise<Gate> {
  const { policy, store, strict = false, fingerprintKey } = options;
  if (fingerprintKey !== undefined && typeof fingerprintKey !== "string")
    throw new SallyportError("invalid-input", "`fingerprintKey` is no text; make one with `openssl rand -hex 32`");
  if (fingerprintKey !== undefined && fingerprintKey.length < SHORTEST_KEY)
    throw new SallyportError("invalid-input", `\`fingerprintKey\` is shorter than ${SHORTEST_KEY} characters; make one of 32 random bytes`);
  const current: () => Policy = typeof policy === "function" ? policy : () => policy;
  const engine = new Engine(store, current, fingerprintKey);
  engine.program();
  await store.now();
  const coverage = new Coverage(strict, () => engine.program().policy);
  return {
    strict,
    session: (init) => new GateSession(engine, init),
    approvals: new GateApprovals(engine),
    policy: () => engine.program().policy,
    knows: (tool) => !engine.hasPolicy() || doesWithout(engine.program().policy) || engine.program().lookup(tool, "").entry !== undefined,
    tools: new Map(),
    report: (gap, onCoverage) => coverage.report(gap, onCoverage),
  };
}

/** Whether a policy has no catalog on purpose, as those of Rune: what it does not know it allows. */
function doesWithout({ tools, defaults }: Policy): boolean {
  return tools.length === 0 && defaults.unclassified === "allow";
}

/** The approvals of a store for a process that has no policy: what was asked stands in the records. */
export function openApprovals(store: Store): Approvals {
  return new GateApprovals(
    new Engine(store, () => {
      throw new SallyportError("invalid-policy", "this process has no policy");
    }),
  );
}
