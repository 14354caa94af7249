import type { Facts } from "../condition/facts.ts";
import type { Limit } from "../policy/policy.ts";
import type { Charge, DecisionError } from "../policy/decision.ts";
import { matches, valueOf } from "./evaluate.ts";

/** A limit that is about this call: what it would be charged, or that this cannot be known. */
export interface Toll {
  readonly limit: Limit;
  readonly charge: Charge | "failed";
}

/** What the call would be charged by the limits that are about it. */
export function tollsOf(limits: readonly Limit[], facts: Facts, errors: DecisionError[]): readonly Toll[] {
  return limits.flatMap((limit) => {
    const match = matches(limit.id, limit.when, facts, errors);
    if (match === "no") return [];
    return [{ limit, charge: match === "failed" ? ("failed" as const) : chargeOf(limit, facts, errors) }];
  });
}

function chargeOf(limit: Limit, facts: Facts, errors: DecisionError[]): Charge | "failed" {
  const per = valueOf(limit.id, limit.per, facts, errors);
  if (per === undefined) return "failed";
  if (per === "") return failed(limit, "`per` is empty", errors);
  const amount = limit.amount === undefined ? 1 : valueOf(limit.id, limit.amount, facts, errors);
  if (amount === undefined) return "failed";
  if (typeof amount !== "number" || !(amount >= 0)) return failed(limit, "`amount` is negative or no number", errors);
  return { limit: limit.id, key: JSON.stringify(per), amount };
}

function failed(limit: Limit, message: string, errors: DecisionError[]): "failed" {
  errors.push({ rule: limit.id, message });
  return "failed";
}
