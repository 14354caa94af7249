import type { LedgerRecord, Store } from "@sallyport/core";

/** Where a process is killed on the way of a call; each stands for a moment at which power may fail. */
export const KILL_POINTS = [
  "before call.proposed",
  "after call.proposed",
  "before approval.requested",
  "after approval.requested",
  "before approval.settled",
  "after approval.settled",
  "before call.started",
  "after call.started",
  "before the effect",
  "after the effect",
  "before call.completed",
  "after call.completed",
] as const;

export type KillPoint = (typeof KILL_POINTS)[number];

/** Ends this process at once, as a power failure would: no handler runs, nothing is flushed. */
export function die(): void {
  process.kill(process.pid, "SIGKILL");
}

/** A store that kills its process before or after records of a type for one tool's call are durable. */
export function killingStore(store: Store, point: KillPoint | undefined, tool: string): Store {
  const [when, type] = point?.split(" ") ?? [];
  const ids = new Set<string>();
  const hits = (records: readonly LedgerRecord[]): boolean => {
    for (const { state } of records) if (state["tool"] === tool) for (const id of idsIn(state)) ids.add(id);
    return records.some((record) => record.type === type && idsIn(record.state).some((id) => ids.has(id)));
  };
  return {
    now: () => store.now(),
    read: (stream, from) => store.read(stream, from),
    approvals: (query) => store.approvals(query),
    watch: (signal) => store.watch(signal),
    async append(batches) {
      const hit = hits(batches.flatMap(({ records }) => records));
      if (hit && when === "before") die();
      const written = await store.append(batches);
      if (hit && when === "after") die();
      return written;
    },
  };
}

/** The ids of a record's call and approval, where it has them. */
function idsIn({ call, approval }: LedgerRecord["state"]): readonly string[] {
  return [call, approval].filter((id) => typeof id === "string");
}
