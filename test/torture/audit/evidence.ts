import { readdirSync } from "node:fs";
import { join } from "node:path";
import { verifyStream, type LedgerRecord, type ListableStore } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { readLog } from "../log.ts";
import type { Answered, CountedEffect, Told } from "../messages.ts";
import { readCalls, type RecordedCall } from "./recorded-call.ts";

/** Everything that an audit looks at: what is on record, and what others have seen. */
export interface Evidence {
  readonly streams: ReadonlyMap<string, readonly LedgerRecord[]>;
  /** streams that do not hold together, and why */
  readonly broken: readonly string[];
  /** by session and call */
  readonly calls: ReadonlyMap<string, RecordedCall>;
  readonly effects: readonly CountedEffect[];
  readonly told: readonly Told[];
  readonly answered: readonly Answered[];
}

/** The key of a call: ids are unique in their session. */
export function keyOf({ session, call }: { readonly session: string; readonly call: string }): string {
  return `${session} ${call}`;
}

/** What others have logged: the counter of effects, the workers and the approvers. */
export type Logs = Pick<Evidence, "effects" | "told" | "answered">;

/** Reads all evidence: the store by itself, without the gate, and the logs. */
export async function readEvidence(file: string, logs: string): Promise<Evidence> {
  const store = sqliteStore(file, { readOnly: true });
  const evidence = await evidenceIn(store, {
    effects: readLog(join(logs, "effects.jsonl"), (line): CountedEffect => JSON.parse(line)),
    told: logsOf(logs, "worker-", (line): Told => JSON.parse(line)),
    answered: logsOf(logs, "approver-", (line): Answered => JSON.parse(line)),
  });
  await store.close();
  return evidence;
}

/** The evidence of a store and of logs. */
export async function evidenceIn(store: ListableStore, logs: Logs): Promise<Evidence> {
  const streams = new Map<string, readonly LedgerRecord[]>();
  const broken: string[] = [];
  for (const head of await store.streams()) {
    const records = await store.read(head.stream, 0);
    streams.set(head.stream, records);
    const verified = verifyStream(head.stream, records, head);
    if (!verified.ok) broken.push(`${head.stream}: record ${verified.seq}: ${verified.reason}`);
    if (records.length !== head.length) broken.push(`${head.stream}: ${records.length} records, and its head says ${head.length}`);
  }
  const calls = new Map<string, RecordedCall>();
  for (const records of streams.values()) for (const call of readCalls(records)) calls.set(keyOf(call), call);
  return { streams, broken, calls, ...logs };
}

function logsOf<T>(folder: string, prefix: string, read: (line: string) => T): readonly T[] {
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix));
  return names.flatMap((name) => readLog(join(folder, name), read));
}
