import { beforeAll, describe, expect, it } from "vitest";
import type { JsonObject, LedgerRecord, ListableStore } from "@sallyport/core";
import { audit } from "./audit/audit.ts";
import { evidenceIn } from "./audit/evidence.ts";
import { playScene, type Scene } from "./audit/scene.ts";
import { VIOLATIONS, type Violation, type ViolationKind } from "./audit/violation.ts";
import type { Answered, CountedEffect, Told } from "./messages.ts";

/** What is changed in what an audit sees, so that it has to find something. */
interface Forgery {
  readonly finds: ViolationKind;
  readonly where: string;
  /** of the records of all streams */
  readonly record?: (record: LedgerRecord) => readonly LedgerRecord[];
  readonly effects?: (effects: readonly CountedEffect[]) => readonly CountedEffect[];
  readonly told?: (told: readonly Told[]) => readonly Told[];
  readonly answered?: (answered: readonly Answered[]) => readonly Answered[];
}

type IsIt = (record: LedgerRecord) => boolean;

const of =
  (type: string, call: string): IsIt =>
  (record) =>
    record.type === type && record.state["call"] === call;
const drop =
  (isIt: IsIt) =>
  (record: LedgerRecord): readonly LedgerRecord[] =>
    isIt(record) ? [] : [record];
const twice =
  (isIt: IsIt) =>
  (record: LedgerRecord): readonly LedgerRecord[] =>
    isIt(record) ? [record, record] : [record];
const state =
  (isIt: IsIt, fields: JsonObject) =>
  (record: LedgerRecord): readonly LedgerRecord[] => [isIt(record) ? { ...record, state: { ...record.state, ...fields } } : record];
const payload =
  (isIt: IsIt, fields: JsonObject) =>
  (record: LedgerRecord): readonly LedgerRecord[] => [isIt(record) ? { ...record, payload: { ...record.payload, ...fields } } : record];
const effect =
  (call: string, fields: Partial<CountedEffect>) =>
  (effects: readonly CountedEffect[]): readonly CountedEffect[] =>
    effects.map((one) => (one.call === call ? { ...one, ...fields } : one));

const isVerdict =
  (approver: string): IsIt =>
  ({ type, state: { approver: by } }) =>
    type === "approval.verdict" && by === approver;
const isSettled: IsIt = ({ type }) => type === "approval.settled";
const isCharge: IsIt = ({ type }) => type === "limit.charged";

const FORGERIES: readonly Forgery[] = [
  { finds: "an effect without a claim", where: "no claim", record: drop(of("call.started", "n1")) },
  { finds: "an effect without a claim", where: "no call", effects: effect("n1", { call: "n3" }) },
  { finds: "an effect without a claim", where: "another tool", effects: effect("n1", { tool: "refund" }) },
  { finds: "an effect without an allow", where: "denied", record: state(of("call.proposed", "n1"), { decision: "deny" }) },
  { finds: "an effect without a live approval", where: "never settled", record: drop(isSettled) },
  { finds: "an effect without a live approval", where: "settled otherwise", record: state(isSettled, { status: "expired" }) },
  { finds: "an effect without a live approval", where: "denied as well", record: twice(isSettled) },
  { finds: "an effect without a live approval", where: "expired", record: state(of("approval.requested", "p1"), { expiresAt: 0 }) },
  { finds: "an effect without a live approval", where: "of other args", record: payload(of("approval.requested", "p1"), { args: {} }) },
  { finds: "an effect without a live approval", where: "one of two", record: drop(isVerdict("max")) },
  { finds: "an effect without a live approval", where: "one of two, twice", record: state(isVerdict("max"), { names: [] }) },
  {
    finds: "an effect without a live approval",
    where: "no lead",
    record: payload(isVerdict("lea"), { approver: { id: "lea", roles: [] } }),
  },
  { finds: "an effect that no human said yes to", where: "nobody", answered: () => [] },
  {
    finds: "an effect that no human said yes to",
    where: "to other args",
    answered: (answered) => answered.map((one) => ({ ...one, digest: "another" })),
  },
  {
    finds: "an effect that no human said yes to",
    where: "but no",
    answered: (answered) => answered.map((one) => ({ ...one, decision: "deny" })),
  },
  { finds: "an effect with other args", where: "note", effects: effect("n1", { digest: "another" }) },
  { finds: "an effect with other args", where: "pay", effects: effect("p1", { digest: "another" }) },
  { finds: "an effect for another principal", where: "eve", effects: effect("n1", { principal: "eve" }) },
  { finds: "a doubled effect", where: "note", effects: (all) => all.flatMap((one) => (one.call === "n1" ? [one, one] : one)) },
  {
    finds: "a doubled effect",
    where: "idempotent, beyond its claims",
    effects: (all) => [...all, ...all.filter(({ call }) => call === "h1")],
  },
  {
    finds: "a doubled effect",
    where: "idempotent, with another key",
    effects: (all) => all.map((one) => (one.receipt === "left h1" ? { ...one, key: "another" } : one)),
  },
  { finds: "a doubled effect", where: "one key for two calls", effects: (all) => all.map((one) => ({ ...one, key: "the same" })) },
  { finds: "a call claimed twice", where: "note", record: twice(of("call.started", "n1")) },
  { finds: "a call claimed twice", where: "two ends", record: twice(of("call.completed", "n1")) },
  { finds: "a call claimed twice", where: "idempotent, with a known outcome", record: drop(of("call.unknown", "h1")) },
  { finds: "a claim left open", where: "note", record: drop(of("call.completed", "n1")) },
  {
    finds: "a claim after an unknown outcome",
    where: "note",
    record: (record) => (of("call.unknown", "u1")(record) ? [record, { ...record, seq: record.seq + 1, type: "call.started" }] : [record]),
  },
  { finds: "a claim given up before its lease was over", where: "note", record: state(of("call.started", "u1"), { lease: 1e15 }) },
  { finds: "a broken chain", where: "changed", record: state(of("call.completed", "n1"), { rows: 7 }) },
  { finds: "a broken chain", where: "cut", record: (record) => (record.seq > 10 ? [] : [record]) },
  { finds: "a time that runs back", where: "early", record: (record) => [record.seq === 5 ? { ...record, at: -1 } : record] },
  { finds: "an answer that is not on record", where: "no end", record: drop(of("call.completed", "n1")) },
  {
    finds: "an answer that is not on record",
    where: "another result",
    record: payload(of("call.completed", "n1"), { content: "receipt 77" }),
  },
  { finds: "an answer that is not on record", where: "no denial", record: state(of("call.proposed", "x1"), { decision: "allow" }) },
  { finds: "an answer that is not on record", where: "not unknown", record: drop(of("call.unknown", "u1")) },
  {
    finds: "an answer that is not on record",
    where: "a refusal",
    told: (told) => told.map((one) => (one.call === "x1" ? { ...one, rules: ["call-id-reused"] } : one)),
  },
  {
    finds: "answers that contradict each other",
    where: "two results",
    told: (told) => told.flatMap((one) => (one.call === "n1" ? [one, { ...one, receipt: "receipt 2" }] : one)),
  },
  {
    finds: "answers that contradict each other",
    where: "done and denied",
    told: (told) => told.flatMap((one) => (one.call === "n1" ? [one, { ...one, status: "denied" }] : one)),
  },
  { finds: "an approval that is lost", where: "not asked", record: drop(of("approval.requested", "p1")) },
  { finds: "a verdict that is lost", where: "not on record", record: drop(isVerdict("max")) },
  { finds: "a verdict that is lost", where: "without an end", record: drop(isSettled) },
  { finds: "a verdict of nobody", where: "never meant", answered: (answered) => answered.filter(({ kind }) => kind === "verdict") },
  { finds: "a verdict of nobody", where: "no lead", record: payload(isVerdict("max"), { approver: { id: "max", roles: [] } }) },
  { finds: "an exceeded limit", where: "refunds", record: state(isCharge, { amount: 51 }) },
  { finds: "an exceeded limit", where: "no number", record: state(isCharge, { amount: "many" }) },
  { finds: "an uncounted call", where: "no charge", record: drop(isCharge) },
  { finds: "an uncounted call", where: "another amount", record: state(isCharge, { amount: 1 }) },
  { finds: "a call counted twice", where: "refunds", record: twice(isCharge) },
];

describe("the audit of the torture", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await playScene();
  });

  /** What an audit finds in the scene, as it was or as it was changed. */
  const findings = async (forgery?: Forgery): Promise<readonly Violation[]> => {
    const { store, effects, told, answered } = scene;
    const { record = (one: LedgerRecord) => [one] } = forgery ?? {};
    const seen: ListableStore = {
      now: () => store.now(),
      append: () => Promise.reject(new Error("an audit writes nothing")),
      approvals: (query) => store.approvals(query),
      watch: (signal) => store.watch(signal),
      streams: () => store.streams(),
      read: async (stream, from) => (await store.read(stream, from)).flatMap(record),
    };
    const logs = {
      effects: forgery?.effects?.(effects) ?? effects,
      told: forgery?.told?.(told) ?? told,
      answered: forgery?.answered?.(answered) ?? answered,
    };
    return audit(await evidenceIn(seen, logs));
  };

  it("finds nothing where nothing is wrong", async () => {
    expect(await findings()).toEqual([]);
    expect(scene.effects).toHaveLength(9);
  });

  it.each(FORGERIES)("finds $finds: $where", async (forgery) => {
    expect((await findings(forgery)).map(({ kind }) => kind)).toContain(forgery.finds);
  });

  it("can find everything that must not be", () => {
    expect(VIOLATIONS.filter((kind) => FORGERIES.every(({ finds }) => finds !== kind))).toEqual([]);
  });
});
