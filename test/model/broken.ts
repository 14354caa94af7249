/** Gates with one thing wrong each: what the model has to notice. */
import type { Batch, ListableStore, LedgerRecord } from "@sallyport/core";
import type * as Binding from "../../packages/core/src/approval/binding.ts";
import type * as Requirements from "../../packages/core/src/approval/requirements.ts";
import type * as Edit from "../../packages/core/src/gate/edit.ts";
import type * as Host from "../../packages/core/src/gate/host.ts";
import type * as Moves from "../../packages/core/src/gate/move.ts";
import { GENESIS, seal } from "../../packages/core/src/ledger/chain.ts";
import type * as Approvals from "../../packages/core/src/session/fold-approval.ts";
import type * as Limits from "../../packages/core/src/session/limit.ts";
import type * as States from "../../packages/core/src/session/state.ts";

/** One thing that is wrong: in a module of core, or in the store. */
export interface Flaw {
  readonly is: string;
  readonly module?: { readonly path: string; readonly replace: (real: unknown) => object };
  readonly store?: (real: ListableStore) => ListableStore;
}

const CORE = `${import.meta.dirname}/../../packages/core/src`;

function inModule<M extends object>(
  is: string,
  path: string,
  isModule: (real: unknown) => real is M,
  replace: (real: M) => Partial<M>,
): Flaw {
  return {
    is,
    module: {
      path: `${CORE}/${path}`,
      replace: (real) => {
        if (!isModule(real)) throw new Error(`\`${path}\` is another module by now`);
        return { ...real, ...replace(real) };
      },
    },
  };
}

const has =
  <M extends object>(...names: readonly (keyof M & string)[]) =>
  (real: unknown): real is M =>
    typeof real === "object" && real !== null && names.every((name) => name in real);

const isRequirements = has<typeof Requirements>("isExpired", "countsFor", "unsatisfied", "askedAt");
const isMoves = has<typeof Moves>("moveOf", "resumeOf", "claimOf");

type MoveOf = typeof Moves.moveOf;
type Claim = ReturnType<MoveOf> & { readonly kind: "claim" };

/** Claims a call as it was decided before. */
function claimed({ claimOf }: typeof Moves, ...[moment, { id }]: Parameters<MoveOf>): Claim | undefined {
  const known = moment.state.calls.get(id);
  if (known === undefined || known.decision.args === null) return undefined;
  const { decision } = known;
  const claim = claimOf(moment, known, decision, decision.puts);
  return { kind: "claim", entries: [], claim, args: known.decision.args, decision, charges: decision.charges };
}

function movesOtherwise(is: string, replace: (real: typeof Moves) => MoveOf): Flaw {
  return inModule(is, "gate/move.ts", isMoves, (real) => ({ moveOf: replace(real) }));
}

/** A store with another way to append. */
function appending(real: ListableStore, append: ListableStore["append"]): ListableStore {
  return {
    append,
    now: () => real.now(),
    read: (stream, from) => real.read(stream, from),
    approvals: (query) => real.approvals(query),
    watch: (signal) => real.watch(signal),
    streams: () => real.streams(),
  };
}

async function atTheEnd(store: ListableStore, { stream, records }: Batch): Promise<Batch> {
  const before = await store.read(stream, 0);
  const moved: LedgerRecord[] = [];
  for (const record of records) {
    const prev = moved.at(-1) ?? before.at(-1);
    moved.push(seal(prev?.hash ?? GENESIS, stream, before.length + moved.length, record.at, record, record.salt ?? ""));
  }
  return { stream, expected: before.length, records: moved };
}

const holds = (batches: readonly Batch[], wanted: string): boolean =>
  batches.some(({ records }) => records.some(({ type }) => type === wanted));

/** Everything that is to be noticed. */
export const FLAWS: readonly Flaw[] = [
  {
    is: "claims wherever the stream ends",
    store: (real) =>
      appending(real, async (batches) => {
        const written = await real.append(batches);
        if (written === "appended" || !holds(batches, "call.started")) return written;
        return real.append(await Promise.all(batches.map(async (batch) => atTheEnd(real, batch))));
      }),
  },
  {
    is: "acknowledges answers that it does not write",
    store: (real) => appending(real, async (batches) => (holds(batches, "approval.verdict") ? "appended" : real.append(batches))),
  },
  inModule("forgets that approvals expire", "approval/requirements.ts", isRequirements, () => ({ isExpired: () => false })),
  inModule("lets the requester answer", "approval/requirements.ts", isRequirements, ({ countsFor }) => ({
    countsFor: (requirements, facts, approver) =>
      countsFor(requirements, { ...facts, principal: { ...facts.principal, id: "somebody else" } }, approver),
  })),
  inModule("counts an approval under a rule that has changed", "approval/requirements.ts", isRequirements, ({ unsatisfied }) => ({
    unsatisfied: (requirements, verdicts) => {
      const renamed = verdicts.map((verdict) => ({
        ...verdict,
        names: requirements.filter(({ rule }) => verdict.names.some((name) => name.rule === rule)),
      }));
      return unsatisfied(requirements, renamed);
    },
  })),
  inModule("counts one approver twice", "approval/requirements.ts", isRequirements, ({ unsatisfied }) => ({
    unsatisfied: (requirements, verdicts) =>
      unsatisfied(
        requirements,
        verdicts.map((verdict, at) => ({ ...verdict, approver: `${verdict.approver} ${at}` })),
      ),
  })),
  inModule("runs an edit as it was decided before the edit", "gate/edit.ts", has<typeof Edit>("decideEdit"), ({ decideEdit }) => ({
    decideEdit: (moment, known, approval, edit) => {
      const usage = (): number => 0;
      const { args } = known.decision;
      const entries = decideEdit({ ...moment, usage }, known, approval, { ...edit, args: args ?? edit.args });
      return entries.map((entry) => (entry.type === "call.edited" ? { ...entry, payload: { ...entry.payload, args: edit.args } } : entry));
    },
  })),
  inModule("looks answers up by call id alone", "approval/binding.ts", has<typeof Binding>("bindingDigest", "approvalId"), () => ({
    bindingDigest: ({ call }) => call,
    approvalId: (call) => `ap_${call}`,
  })),
  inModule(
    "keeps answers to what is not asked any more",
    "session/fold-approval.ts",
    has<typeof Approvals>("foldApprovalRequested"),
    (real) => ({
      foldApprovalRequested: (state, record) => {
        const { approval: id } = record.state;
        if (typeof id !== "string") return;
        const before = state.approvals.get(id)?.verdicts ?? [];
        real.foldApprovalRequested(state, record);
        const approval = state.approvals.get(id);
        if (approval !== undefined) approval.verdicts = before;
      },
    }),
  ),
  inModule("serves strangers", "gate/host.ts", has<typeof Host>("readOpening"), ({ readOpening }) => ({
    readOpening: (init) => {
      const opening = readOpening(init);
      return opening.ok ? { ...opening, pin: { ...opening.pin, principal: "anybody" } } : opening;
    },
  })),
  movesOtherwise("runs again what may have run", (real) => (moment, call) => {
    const move = real.moveOf(moment, call);
    return move.kind === "answer" && move.as === "unknown" ? (claimed(real, moment, call) ?? move) : move;
  }),
  movesOtherwise("takes other args under the same id", ({ moveOf }) => (moment, call) => {
    const known = moment.state.calls.get(call.id);
    return moveOf(moment, known === undefined ? call : { ...call, digest: known.proposed ?? null });
  }),
  movesOtherwise("claims what was allowed once", (real) => (moment, call) => {
    const isAllowed = moment.state.calls.get(call.id)?.status === "allowed";
    return isAllowed ? (claimed(real, moment, call) ?? real.moveOf(moment, call)) : real.moveOf(moment, call);
  }),
  movesOtherwise("never gives a claim up", ({ moveOf }) => (moment, call) => {
    const known = moment.state.calls.get(call.id);
    return known?.status === "started" ? { kind: "wait", decision: known.decision } : moveOf(moment, call);
  }),
  movesOtherwise(
    "locks no session",
    ({ moveOf }) =>
      (moment, call) =>
        moveOf({ ...moment, bounds: {} }, call),
  ),
  inModule("takes a framework's yes for an approval", "gate/move.ts", isMoves, ({ resumeOf }) => ({
    resumeOf: (moment, call) => {
      const move = resumeOf(moment, call);
      return move.kind === "answer" && move.as === "denied" && move.entries.length > 0 ? { kind: "wait", decision: move.decision } : move;
    },
  })),
  inModule("forgets what limits counted", "session/limit.ts", has<typeof Limits>("chargedSince"), () => ({ chargedSince: () => 0 })),
  inModule("forgets labels", "session/state.ts", has<typeof States>("addLabels"), () => ({ addLabels: (labels) => labels })),
];
