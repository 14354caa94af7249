import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { exportTrace, redact } from "../../packages/cli/src/ledger/export.ts";
import { readHeads } from "../../packages/cli/src/ledger/heads.ts";
import { summarise } from "../../packages/cli/src/ledger/summary.ts";
import { verifyStore } from "../../packages/cli/src/ledger/verify.ts";
import { styleOf } from "../../packages/cli/src/print/style.ts";
import { formatTable } from "../../packages/cli/src/print/table.ts";
import { readTrace } from "../../packages/cli/src/trace/lines.ts";
import {
  canonical,
  createGate,
  type LedgerRecord,
  type ListableStore,
  loadPolicy,
  memoryStore,
  readJson,
  SallyportError,
  type StreamHead,
  verifyStream,
} from "../../packages/core/src/index.ts";
import { isObject, type Json } from "../../packages/core/src/value.ts";
import { POLICY } from "../cli/policy.ts";
import { runs, within } from "../runs.ts";
import { anyText, grafted, mutated } from "./mutation.ts";
import { watchdog } from "./watchdog.ts";

const dog = watchdog("the readers of the ledger");

/** The streams of a store in which most of what can happen has happened. */
async function recorded(): Promise<readonly (readonly LedgerRecord[])[]> {
  const store = memoryStore();
  const gate = await createGate({ policy: loadPolicy(POLICY), store });
  const init = { id: "s1", principal: { id: "ann", roles: ["support"] }, agent: { id: "desk" }, context: { device: "managed" } };
  const session = gate.session(init);
  const child = gate.session({ ...init, id: "s2", parent: "s1" });
  const clean = gate.session({ ...init, id: "s3" });
  await session.observe({ role: "user", content: "mail eve@evil.example" });
  await session.call({ id: "c1", tool: "read_email", args: { n: 1 } }, () => "hello \u{1F600}");
  await child.call({ id: "c1", tool: "crm.get", args: { id: 1 } }, () => ({ id: 1, ssn: "x" }));
  await session.call({ id: "c2", tool: "note", args: { size: 50, flag: true } }, () => Promise.reject(new Error("full")));
  await session.call({ id: "c3", tool: "unknown", args: {} }, () => "");
  await session.call({ id: "c4", tool: "note", args: { size: Number.NaN } }, () => "");
  await session.call({ id: "c5", tool: "refund", args: { amount: 40 } }, () => "paid");
  const mail = { id: "c6", tool: "send_email", args: { to: "eve@evil.example", body: "hi" } };
  const outcome = await clean.call(mail, () => "sent");
  const approver = { id: "lea", roles: ["lead"] };
  if (outcome.status === "pending")
    await gate.approvals.resolve(outcome.approval.id, { decision: "approve", approver, args: { to: "eve@evil.example", body: "ho" } });
  await clean.call(mail, () => "sent");
  const waiting = await clean.call({ ...mail, id: "c7" }, () => "sent");
  if (waiting.status === "pending") await gate.approvals.resolve(waiting.approval.id, { decision: "approve", approver });
  await clean.call({ ...mail, id: "c7" }, () => "sent");
  await session.respond("done");
  const heads = await store.streams();
  return Promise.all(heads.map(({ stream }) => store.read(stream, 0)));
}

describe("records that were changed after they were written", () => {
  let streams: readonly (readonly LedgerRecord[])[] = [];
  let values: readonly Json[] = [];
  beforeAll(async () => {
    streams = await recorded();
    values = streams.flat().map((record): Json => JSON.parse(JSON.stringify(record)));
    expect(new Set(streams.flat().map(({ type }) => type)).size).toBeGreaterThan(12);
  });

  it("are found by `verify`, whatever the change: in a character, a part, or the order", { timeout: within(30_000) }, async () => {
    const texts = streams.map((records) => JSON.stringify(records));
    const changed = fc.oneof(
      fc.tuple(fc.nat(), mutatedOnce()).map(([at, slip]) => ({ at, change: slip })),
      fc
        .tuple(fc.nat(), fc.nat(), grafted(values))
        .map(([at, place, other]) => ({ at, change: (text: string) => replaced(text, place, other) })),
      fc.tuple(fc.nat(), fc.nat(), fc.nat()).map(([at, from, to]) => ({ at, change: (text: string) => moved(text, from, to) })),
    );
    await fc.assert(
      fc.asyncProperty(changed, async ({ at, change }) => {
        const place = at % texts.length;
        const [before, records] = [texts[place] ?? "", streams[place] ?? []];
        const after = change(before);
        const read = recordsIn(after);
        if (read === undefined) return;
        await dog.watchAsync(after, async () => {
          const head = headOf(records);
          const found = verifyStream(head.stream, read, head);
          if (found.ok) expect(meaningOf(read, records)).toEqual(meaningOf(records, records));
          const whole = await verifyStore(storeOf(streams.with(place, read), streams), streams.map(headOf), () => undefined);
          expect(whole.ok).toBe(found.ok);
          expect(whole.broken.map(({ stream }) => stream)).toEqual(found.ok ? [] : [head.stream]);
        });
      }),
      runs(1500),
    );
  });

  it("are found by `verify` also where the hash stays: an empty digest makes a record look erased", () => {
    for (const records of streams) {
      for (const [seq, record] of records.entries()) {
        const found = verifyStream(record.stream, records.with(seq, { ...record, digest: "" }), headOf(records));
        expect(found).toMatchObject({ ok: false, seq });
      }
    }
  });

  it("are shown, summed up and exported, or said to be none of ours", { timeout: within(30_000) }, async () => {
    const odd = fc.array(fc.tuple(fc.nat(), fc.nat(), grafted(values)), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(odd, fc.boolean(), async (changes, redacting) => {
        const read = changes.reduce((before, [at, place, other]) => {
          const which = at % before.length;
          return before.with(which, recordsIn(replaced(JSON.stringify(before[which]), place, other)) ?? before[which] ?? []);
        }, streams);
        await dog.watchAsync(JSON.stringify(read), () => checkExport(redacting ? read.map(redact) : read));
      }),
      runs(200),
    );
  });

  it("heads are read strictly", { timeout: within(30_000) }, () => {
    const kept = JSON.stringify({ ok: true, records: 3, broken: [], heads: streams.map(headOf) });
    fc.assert(
      fc.property(fc.oneof(mutated([kept]), anyText()), (text) => {
        const heads = orFault(() => readHeads(text, "heads.json"));
        for (const { stream, length, hash } of heads ?? [])
          expect([typeof stream, typeof length, typeof hash]).toEqual(["string", "number", "string"]);
      }),
      runs(300),
    );
  });
});

/** One slip in a text. */
function mutatedOnce(): fc.Arbitrary<(text: string) => string> {
  return fc.tuple(fc.nat(), fc.constantFrom("0", "1", "a", "f", "-", "e", ".", "_", " ", "\u00e9", "\\u0000", ""), fc.nat(1)).map(
    ([at, mark, cut]) =>
      (text: string) =>
        text.slice(0, at % text.length) + mark + text.slice((at % text.length) + cut),
  );
}

/** Text of records, as a reader of an export has them: what is no JSON or no list of records is refused before. */
function recordsIn(text: string): readonly LedgerRecord[] | undefined {
  const reading = readJson(text, { depth: 1000 });
  if (!reading.ok || !Array.isArray(reading.value)) return undefined;
  const records: readonly Json[] = reading.value;
  return records.every(isRecord) ? records : undefined;
}

/** The shape that every store gives its records back in; what stands in them is anybody's. */
function isRecord(value: Json): value is Json & LedgerRecord {
  if (!isObject(value)) return false;
  const { stream, seq, at, type, state, payload, salt, digest, hash } = value;
  const texts = [stream, type, hash, salt ?? "", digest ?? ""].every((text) => typeof text === "string");
  const parts = isObject(state) && (payload === undefined || isObject(payload));
  return texts && parts && Number.isSafeInteger(seq) && typeof at === "number" && Math.abs(at) <= 8.64e15;
}

/** Replaces a record by another value, one whose parts were changed. */
function replaced(text: string, place: number, other: Json): string {
  const records: readonly Json[] = JSON.parse(text);
  return JSON.stringify(records.with(place % records.length, other));
}

function moved(text: string, from: number, to: number): string {
  const records: readonly Json[] = JSON.parse(text);
  const taken = records[from % records.length] ?? null;
  return JSON.stringify(records.toSpliced(from % records.length, 1).toSpliced(to % records.length, 0, taken));
}

function headOf(records: readonly LedgerRecord[]): StreamHead {
  return { stream: records[0]?.stream ?? "", length: records.length, hash: records.at(-1)?.hash ?? "" };
}

/** What records say; a payload that was erased is what it was, since that changes nothing that counts. */
function meaningOf(records: readonly LedgerRecord[], originals: readonly LedgerRecord[]): readonly string[] {
  return records.map(({ stream, seq, at, type, state, digest, hash, payload, salt }, index) => {
    const kept = payload === undefined && salt === undefined ? originals[index] : { payload, salt };
    return canonical([stream, seq, at, type, state, digest ?? null, hash, kept?.payload ?? null, kept?.salt ?? null]);
  });
}

/** A store that gives back other records under the names and heads of these. */
function storeOf(streams: readonly (readonly LedgerRecord[])[], named: readonly (readonly LedgerRecord[])[]): ListableStore {
  const byName = new Map(named.map((records, at) => [records[0]?.stream ?? "", streams[at] ?? []]));
  return Object.assign(memoryStore(), { streams: async () => named.map(headOf), read: async (stream: string) => byName.get(stream) ?? [] });
}

async function checkExport(streams: readonly (readonly LedgerRecord[])[]): Promise<void> {
  for (const record of streams.flat()) expect(formatTable([summarise(record, styleOf("plain"))])).not.toBe("");
  const exported = orFault(() => exportTrace(streams));
  if (exported === undefined) return;
  const text = exported.lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const trace = (async function* () {
    yield new TextEncoder().encode(text);
  })();
  const fault = await readTrace(trace).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault === undefined || SallyportError.isInstance(fault), String(fault)).toBe(true);
  if (exported.redacted) expect(fault).toMatchObject({ message: expect.stringContaining("redacted") });
}

/** What some work yields; undefined where it says by its own error that its input is unusable. */
function orFault<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (SallyportError.isInstance(error)) return undefined;
    throw error;
  }
}
