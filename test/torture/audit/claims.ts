import { REFUNDS } from "../policy.ts";
import { type Evidence, keyOf } from "./evidence.ts";
import { numberIn, textIn, type RecordedCall } from "./recorded-call.ts";
import type { Violation } from "./violation.ts";

/** Audits claims: one for a call, unless it is idempotent and its outcome was unknown; none left open. */
export function auditClaims({ calls }: Evidence): readonly Violation[] {
  return [...calls.values()].flatMap((call): readonly Violation[] => {
    const where = `${call.tool} ${keyOf(call)}`;
    const { claims, ends, unknowns } = call;
    const [first] = claims;
    if (first === undefined) return [];
    const violations: Violation[] = [];
    if (ends.length === 0 && unknowns.length === 0) violations.push({ kind: "a claim left open", where });
    if (ends.length > 1) violations.push({ kind: "a call claimed twice", where: `${where}: ${ends.length} ends` });
    if (unknowns.some((unknown) => !(unknown.at >= leaseBefore(call, unknown.seq))))
      violations.push({ kind: "a claim given up before its lease was over", where });
    if (call.tool === "charge") {
      const unclear = claims.slice(1).filter(({ seq }, index) => {
        const since = claims[index]?.seq ?? 0;
        return !unknowns.some((unknown) => unknown.seq > since && unknown.seq < seq) || ends.some((end) => end.seq < seq);
      });
      if (unclear.length > 0) violations.push({ kind: "a call claimed twice", where: `${where}: its outcome was not unknown` });
    } else {
      if (claims.length > 1) violations.push({ kind: "a call claimed twice", where });
      const [unknown] = unknowns;
      if (unknown !== undefined && claims.some(({ seq }) => seq > unknown.seq))
        violations.push({ kind: "a claim after an unknown outcome", where });
    }
    return violations;
  });
}

/** When the claim that stands at a position ends, as it was renewed last. */
function leaseBefore({ records }: RecordedCall, position: number): number {
  const held = records.findLast(({ seq, type }) => seq < position && (type === "call.started" || type === "call.renewed"));
  return numberIn(held?.state ?? {}, "lease");
}

/** Audits every stream: that it holds together, and that its time never runs back. */
export function auditChains({ streams, broken }: Evidence): readonly Violation[] {
  const violations: Violation[] = broken.map((where) => ({ kind: "a broken chain", where }));
  for (const [stream, records] of streams) {
    const back = records.findIndex(({ at }, index) => at < (records[index - 1]?.at ?? 0));
    if (back >= 0) violations.push({ kind: "a time that runs back", where: `${stream}: record ${back}` });
  }
  return violations;
}

/** Audits the limit: in no window was more charged than it lets, and every effect that it limits was charged, once. */
export function auditLimits({ streams, effects }: Evidence): readonly Violation[] {
  const violations: Violation[] = [];
  const charged = new Map<string, number[]>();
  for (const [stream, records] of streams) {
    if (!stream.startsWith(`limit//${REFUNDS.id}/`)) continue;
    const charges = records.map(({ at, state }) => ({
      at,
      amount: numberIn(state, "amount"),
      key: keyOf({ session: textIn(state, "session"), call: textIn(state, "call") }),
    }));
    for (const [index, { at, amount, key }] of charges.entries()) {
      charged.set(key, [...(charged.get(key) ?? []), amount]);
      const until = charges.slice(0, index + 1).filter((charge) => charge.at > at - REFUNDS.window);
      const sum = until.reduce((total, charge) => total + charge.amount, 0);
      if (!(sum <= REFUNDS.max)) violations.push({ kind: "an exceeded limit", where: `${stream}: ${sum} at record ${index}` });
    }
  }
  for (const effect of effects.filter(({ tool }) => tool === REFUNDS.tool)) {
    if (!charged.get(keyOf(effect))?.includes(effect.amount)) violations.push({ kind: "an uncounted call", where: keyOf(effect) });
  }
  for (const [where, amounts] of charged) if (amounts.length > 1) violations.push({ kind: "a call counted twice", where });
  return violations;
}
