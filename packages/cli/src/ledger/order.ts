import type { LedgerRecord } from "@sallyport/core";
import { textsIn } from "./record-fields.ts";
import { readStreamName } from "./stream-name.ts";

/**
 * The records of all sessions in the order in which they happened. Streams are ordered only in themselves; between them
 * time tells, and within one millisecond what they say of each other: the order in which limits counted, which labels a
 * parent had when a child was opened, and that a child's labels were put on its parent after the child got them.
 */
export function inOrder(streams: readonly (readonly LedgerRecord[])[]): readonly LedgerRecord[] {
  const sessions = streams.filter(([first]) => first !== undefined && readStreamName(first.stream)?.kind === "session");
  const ranks = ranksOf(streams);
  const labels = new Map<string, Set<string>>();
  const ordered: LedgerRecord[] = [];
  for (const moment of momentsOf(sessions)) {
    for (let queues = moment; queues.length > 0; queues = queues.filter((queue) => queue.length > 0)) {
      const next = (queues.find((queue) => !isBlocked(queue, queues, labels, ranks)) ?? queues[0])?.shift();
      if (next === undefined) break;
      ordered.push(next);
      addLabels(labels, next);
    }
  }
  return ordered;
}

/** Where a claim stands among those that each limit counted. */
type Ranks = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The records of each millisecond: one queue a stream. */
function momentsOf(sessions: readonly (readonly LedgerRecord[])[]): readonly LedgerRecord[][][] {
  const moments = new Map<number, Map<string, LedgerRecord[]>>();
  for (const records of sessions) {
    for (const record of records) {
      const moment = moments.get(record.at) ?? new Map<string, LedgerRecord[]>();
      moments.set(record.at, moment);
      const queue = moment.get(record.stream);
      if (queue === undefined) moment.set(record.stream, [record]);
      else queue.push(record);
    }
  }
  return [...moments].sort(([a], [b]) => a - b).map(([, queues]) => [...queues.values()]);
}

function isBlocked(
  [record]: readonly LedgerRecord[],
  queues: readonly (readonly LedgerRecord[])[],
  labels: ReadonlyMap<string, ReadonlySet<string>>,
  ranks: Ranks,
): boolean {
  if (record === undefined) return true;
  const others = queues.filter(([first]) => first !== undefined && first.stream !== record.stream);
  const { tenant, session } = placeOf(record.stream);
  switch (record.type) {
    case "session.opened": {
      const parent = others.find(
        ([first]) =>
          first !== undefined && placeOf(first.stream).tenant === tenant && placeOf(first.stream).session === record.state["parent"],
      );
      const had = labels.get(parent?.[0]?.stream ?? "");
      return parent !== undefined && (had === undefined || textsIn(record, "puts").some((label) => !had.has(label)));
    }
    case "label.put":
      return others.some(
        ([first]) =>
          first !== undefined && placeOf(first.stream).tenant === tenant && placeOf(first.stream).session === record.state["session"],
      );
    case "call.started":
      return [...(ranks.get(claimKey(tenant, session, record.state["call"])) ?? [])].some(([limit, rank]) =>
        others.some((queue) => queue.some((other) => ranksBefore(other, limit, rank, ranks))),
      );
    default:
      return false;
  }
}

function ranksBefore(record: LedgerRecord, limit: string, rank: number, ranks: Ranks): boolean {
  if (record.type !== "call.started") return false;
  const { tenant, session } = placeOf(record.stream);
  return (ranks.get(claimKey(tenant, session, record.state["call"]))?.get(limit) ?? Number.POSITIVE_INFINITY) < rank;
}

function ranksOf(streams: readonly (readonly LedgerRecord[])[]): Ranks {
  const ranks = new Map<string, Map<string, number>>();
  for (const record of streams.flat()) {
    const name = record.type === "limit.charged" ? readStreamName(record.stream) : undefined;
    if (name?.kind !== "limit") continue;
    const key = claimKey(name.tenant, record.state["session"], record.state["call"]);
    ranks.set(key, (ranks.get(key) ?? new Map<string, number>()).set(record.stream, record.seq));
  }
  return ranks;
}

function claimKey(tenant: string, session: unknown, call: unknown): string {
  return JSON.stringify([tenant, session, call]);
}

function placeOf(stream: string): { readonly tenant: string; readonly session: string } {
  const name = readStreamName(stream);
  return name?.kind === "session" ? name : { tenant: "", session: "" };
}

function addLabels(labels: Map<string, Set<string>>, record: LedgerRecord): void {
  const had = labels.get(record.stream) ?? new Set<string>();
  for (const label of textsIn(record, "puts")) had.add(label);
  labels.set(record.stream, had);
}
