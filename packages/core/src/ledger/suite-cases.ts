import { verifyStream } from "./chain.ts";
import type { Entry } from "./record.ts";
import type { ApprovalQuery, Store } from "./store.ts";
import { batchOf, CLOCK, listOf, sealAll, type SharedHandle, type StoreHandle, type TestApi } from "./suite-tools.ts";

/** Tests by title. */
export type Cases<Handle> = Readonly<Record<string, (handle: Handle, expect: TestApi["expect"]) => Promise<void>>>;

const APPENDING: Cases<StoreHandle> = {
  "keeps records in their order, as they were": async ({ store }, expect) => {
    const records = sealAll("t/ä\u{1f600}", [note(1), { type: "test.bare", state: {} }, note(2, "\u0000\u2028 ü ".repeat(50_000))]);
    expect(await store.append([batchOf(records)])).toEqual("appended");
    expect(await store.read("t/ä\u{1f600}", 0)).toEqual(records);
  },
  "refuses a position that is not the stream's end": async ({ store }, expect) => {
    const [first, second, third] = sealAll("t/s", [note(1), note(2), note(3)]);
    expect(await store.append([batchOf([second])])).toEqual("conflict");
    expect(await store.append([batchOf([first])])).toEqual("appended");
    expect(await store.append([batchOf([first])])).toEqual("conflict");
    expect(await store.append([batchOf([third])])).toEqual("conflict");
    expect((await store.read("t/s", 0)).length).toEqual(1);
  },
  "appends to all streams or to none": async ({ store }, expect) => {
    const [a, b] = [sealAll("t/a", [note(1)]), sealAll("t/b", [note(1), note(2)])];
    expect(await store.append([batchOf(a), batchOf(b.slice(1))])).toEqual("conflict");
    expect(await store.streams()).toEqual([]);
    expect(await store.append([batchOf(a), batchOf(b)])).toEqual("appended");
    expect((await store.streams()).map(({ length }) => length)).toEqual([1, 2]);
  },
  "takes two batches for one stream, and batches that only state a position": async ({ store }, expect) => {
    const records = sealAll("t/s", [note(1), note(2)]);
    expect(await store.append(records.map((record) => batchOf([record])))).toEqual("appended");
    expect(await store.append([{ stream: "t/s", expected: 1, records: [] }])).toEqual("conflict");
    expect(await store.append([{ stream: "t/s", expected: 2, records: [] }, batchOf(sealAll("t/r", [note(1)]))])).toEqual("appended");
    expect((await store.streams()).map(({ stream }) => stream)).toEqual(["t/r", "t/s"]);
  },
  "rejects records that do not stand where their batch says": async ({ store }, expect) => {
    const [first, second] = sealAll("t/s", [note(1), note(2)]);
    const outcomes = await Promise.allSettled([
      store.append([{ stream: "t/s", expected: 0, records: listOf(second) }]),
      store.append([{ stream: "t/r", expected: 0, records: listOf(first) }]),
      store.append([batchOf([first])]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect((await store.streams()).map(({ stream }) => stream)).toEqual(["t/s"]);
  },
  "lets one of many at one position win": async ({ store }, expect) => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => store.append([batchOf(sealAll("t/s", [note(n)]))])));
    expect(answers.filter((answer) => answer === "appended").length).toEqual(1);
    expect((await store.read("t/s", 0)).length).toEqual(1);
  },
  "lets no conflict fail another append": async ({ store }, expect) => {
    const [, second] = sealAll("t/late", [note(1), note(2)]);
    const batches = [batchOf([second]), ...["t/a", "t/b", "t/c"].map((stream) => batchOf(sealAll(stream, [note(1)])))];
    expect(await Promise.all(batches.map((batch) => store.append([batch])))).toEqual(["conflict", "appended", "appended", "appended"]);
  },
};

const READING: Cases<StoreHandle> = {
  "reads from a position": async ({ store }, expect) => {
    const records = sealAll("t/s", [note(1), note(2), note(3)]);
    await store.append([batchOf(records)]);
    expect(await store.read("t/s", 1)).toEqual(records.slice(1));
    expect(await store.read("t/s", 3)).toEqual([]);
    expect(await store.read("t/S", 0)).toEqual([]);
  },
  "confuses no two names": async ({ store }, expect) => {
    const names = ["", "t", "t\u0000s", "t\u0000", 't"s', "t\\s", "t\\u0000s", "t\ud800", "t\udfff", "t\ufffd", "T"];
    for (const name of names) await store.append([batchOf(sealAll(name, [requested(name, name, name)]))]);
    expect((await store.streams()).map(({ stream }) => stream).toSorted()).toEqual(names.toSorted());
    for (const name of names) {
      expect(await store.read(name, 0)).toEqual(sealAll(name, [requested(name, name, name)]));
      expect(await store.approvals({ id: name, tenant: name, principal: name })).toEqual([
        { id: name, stream: name, seq: 0, open: true, expiresAt: null },
      ]);
    }
  },
  "lists the heads of its streams by name": async ({ store }, expect) => {
    for (const stream of ["t/b", "t/a", "t/B"]) await store.append([batchOf(sealAll(stream, [note(1), note(2)]))]);
    const heads = await store.streams();
    expect(heads.map(({ stream }) => stream)).toEqual(["t/B", "t/a", "t/b"]);
    for (const head of heads) expect(verifyStream(head.stream, await store.read(head.stream, 0), head)).toEqual({ ok: true, head });
  },
  "tells the time of its clock": async ({ store }, expect) => {
    expect(await store.now()).toEqual(CLOCK);
  },
};

const APPROVALS: Cases<StoreHandle> = {
  "lists approvals in the order in which they were asked for": async ({ store }, expect) => {
    await store.append([batchOf(sealAll("t/s", [note(0), requested("a2", "ann"), requested("a1", "bob")]))]);
    await store.append([batchOf(sealAll("u/s", [requested("a3", "ann", "u"), { type: "test.noted", state: { approval: "a9" } }]))]);
    expect(await store.approvals({})).toEqual([
      { id: "a2", stream: "t/s", seq: 1, open: true, expiresAt: null },
      { id: "a1", stream: "t/s", seq: 2, open: true, expiresAt: null },
      { id: "a3", stream: "u/s", seq: 0, open: true, expiresAt: null },
    ]);
  },
  "filters approvals, and closes those that are settled": async ({ store }, expect) => {
    const asked = [requested("a1", "ann"), requested("a2", "bob"), requested("a3", "ann", "u")];
    await store.append([batchOf(sealAll("t/s", [...asked, settled("a1"), settled("a7")]))]);
    expect(await listIds(store, { open: true })).toEqual(["a2", "a3"]);
    expect(await listIds(store, { open: false })).toEqual(["a1"]);
    expect(await listIds(store, { principal: "ann" })).toEqual(["a1", "a3"]);
    expect(await listIds(store, { principal: "ann", tenant: "t", open: true })).toEqual([]);
    expect(await store.approvals({ id: "a1" })).toEqual([{ id: "a1", stream: "t/s", seq: 0, open: false, expiresAt: null }]);
    expect(await store.approvals({ id: "a7" })).toEqual([]);
  },
  "opens an approval again where it was asked for, and none that was not appended": async ({ store }, expect) => {
    const again = { ...requested("a1", "eve"), state: { ...requested("a1", "eve").state, expiresAt: 5 } };
    const records = sealAll("t/s", [requested("a1", "ann"), settled("a1"), again, requested("a2", "eve")]);
    await store.append([batchOf(records.slice(0, 3))]);
    expect(await store.append([batchOf(records.slice(3)), batchOf(records.slice(0, 1))])).toEqual("conflict");
    expect(await store.approvals({})).toEqual([{ id: "a1", stream: "t/s", seq: 0, open: true, expiresAt: 5 }]);
    expect(await store.approvals({ principal: "eve" })).toEqual([]);
    await store.append([batchOf(sealAll("u/s", [settled("a1"), requested("a1", "eve")]))]);
    expect(await store.approvals({})).toEqual([{ id: "a1", stream: "t/s", seq: 0, open: true, expiresAt: 5 }]);
  },
};

const WATCHING: Cases<StoreHandle> = {
  "tells watchers which streams grow from now on": async ({ store }, expect) => {
    const [before, after] = sealAll("t/old", [note(1), note(2)]);
    await store.append([batchOf([before])]);
    const stop = new AbortController();
    const grown = store.watch(stop.signal)[Symbol.asyncIterator]();
    const late = store.watch(stop.signal)[Symbol.asyncIterator]();
    await store.append([batchOf(sealAll("t/new", [note(1)]))]);
    expect(await grown.next()).toEqual({ done: false, value: "t/new" });
    const waiting = grown.next();
    await store.append([batchOf([after])]);
    expect(await waiting).toEqual({ done: false, value: "t/old" });
    expect([(await late.next()).value, (await late.next()).value]).toEqual(["t/new", "t/old"]);
    const last = grown.next();
    stop.abort();
    expect((await last).done).toEqual(true);
    expect((await late.next()).done).toEqual(true);
  },
  "ends a watch that is left, and one whose signal was aborted": async ({ store }, expect) => {
    const stop = new AbortController();
    const grown = store.watch(stop.signal);
    await store.append([batchOf(sealAll("t/a", [note(1)]))]);
    const seen: string[] = [];
    for await (const stream of grown) if (seen.push(stream) === 1) break;
    stop.abort();
    for await (const stream of store.watch(stop.signal)) seen.push(stream);
    expect(seen).toEqual(["t/a"]);
  },
};

const ERASING: Cases<StoreHandle> = {
  "erases payloads and keeps the chain whole": async ({ store }, expect) => {
    const records = sealAll("t/s", [note(1), { type: "test.bare", state: {} }, note(2), note(3)]);
    await store.append([batchOf(records), batchOf(sealAll("t/r", [note(1)]))]);
    expect([await store.erase("t/s", 2), await store.erase("t/s", 2), await store.erase("t/none")]).toEqual([1, 0, 0]);
    const kept = (await store.read("t/s", 0)).filter(({ payload, salt }) => payload !== undefined || salt !== undefined);
    expect(kept.map(({ seq }) => seq)).toEqual([0, 3]);
    expect(await store.erase("t/s")).toEqual(2);
    const [head] = (await store.streams()).filter(({ stream }) => stream === "t/s");
    expect(verifyStream("t/s", await store.read("t/s", 0), head)).toEqual({ ok: true, head });
    expect(await store.read("t/r", 0)).toEqual(sealAll("t/r", [note(1)]));
  },
};

/** What a store shows that can be opened more than once. */
export const SHARED_CASES: Cases<SharedHandle> = {
  "shows another handle what was written, and keeps it": async (handle, expect) => {
    const records = sealAll("t/s", [requested("a1", "ann"), note(1)]);
    await handle.store.append([batchOf(records)]);
    const other = await handle.reopen();
    expect(await other.store.read("t/s", 0)).toEqual(records);
    expect(await handle.store.append([batchOf(sealAll("t/s", [note(2)], records[1]))])).toEqual("appended");
    expect(await other.store.append([batchOf(sealAll("t/s", [note(3)], records[1]))])).toEqual("conflict");
    const grown = await other.store.read("t/s", 2);
    expect(await other.store.append([batchOf(sealAll("t/s", [settled("a1")], grown[0]))])).toEqual("appended");
    await other.close();
    expect(await listIds(handle.store, { open: true })).toEqual([]);
    expect((await handle.store.streams()).map(({ length }) => length)).toEqual([4]);
  },
  "tells watchers what another handle wrote": async (handle, expect) => {
    const other = await handle.reopen();
    const stop = new AbortController();
    const grown = handle.store.watch(stop.signal)[Symbol.asyncIterator]();
    await other.store.append([batchOf(sealAll("t/s", [note(1), note(2)]))]);
    expect(await grown.next()).toEqual({ done: false, value: "t/s" });
    stop.abort();
    await other.close();
  },
};

/** What every store shows. */
export const STORE_CASES: Cases<StoreHandle> = { ...APPENDING, ...READING, ...APPROVALS, ...WATCHING, ...ERASING };

function note(n: number, text = `text ${n}`): Entry {
  return { type: "test.noted", state: { n }, payload: { text } };
}

function requested(approval: string, principal: string, tenant = "t"): Entry {
  return { type: "approval.requested", state: { approval, principal, tenant } };
}

function settled(approval: string): Entry {
  return { type: "approval.settled", state: { approval } };
}

async function listIds(store: Store, query: ApprovalQuery): Promise<readonly string[]> {
  return (await store.approvals(query)).map(({ id }) => id);
}
