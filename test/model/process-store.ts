import { type Batch, SallyportError, type Store } from "@sallyport/core";

/** What goes wrong, once, in one process. */
export interface Fault {
  /** `before` or `after` such a record of this call or approval is durable */
  readonly when: "before" | "after";
  readonly type: string;
  readonly id: string;
  /** never returns where the process is lost, else throws */
  readonly strike: () => Promise<never>;
}

/** The store as one process has it: every use waits for its turn, and at one point the fault strikes. */
export function processStore(store: Store, turn: (what: string) => Promise<void>, fault?: Fault): Store {
  let struck = false;
  const strikes = (when: Fault["when"], batches: readonly Batch[]): boolean => {
    if (struck || fault?.when !== when) return false;
    const ids = ({ call, approval }: Batch["records"][number]["state"]): readonly unknown[] => [call, approval];
    struck = batches.some(({ records }) => records.some(({ type, state }) => type === fault.type && ids(state).includes(fault.id)));
    return struck;
  };
  return {
    async now() {
      await turn("now");
      return store.now();
    },
    async read(stream, from) {
      await turn("read");
      return store.read(stream, from);
    },
    async approvals(query) {
      await turn("approvals");
      return store.approvals(query);
    },
    watch: (signal) => store.watch(signal),
    async append(batches) {
      await turn("append");
      const early = strikes("before", batches);
      const written = early ? "conflict" : await store.append(batches);
      const late = written === "appended" && strikes("after", batches);
      await turn("appended");
      if (early || late) await fault?.strike();
      return written;
    },
  };
}

/** A store's failure, as a fault that strikes. */
export async function fail(): Promise<never> {
  throw new SallyportError("store-failed", "the store failed");
}
