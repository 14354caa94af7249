import { approvalChange } from "./approval-change.ts";
import { isConflict } from "./batch.ts";
import { StreamFeed } from "./feed.ts";
import type { LedgerRecord } from "./record.ts";
import type { ApprovalEntry, ApprovalQuery, Batch, ErasableStore, ListableStore, StreamHead } from "./store.ts";

/** A store in this process' memory, for tests, demos and replays: what it holds ends with the process. */
export function memoryStore(options: { readonly clock?: () => number } = {}): ListableStore & ErasableStore {
  return new MemoryStore(options.clock ?? Date.now);
}

interface IndexedApproval extends ApprovalEntry {
  readonly tenant: string;
  readonly principal: string;
}

class MemoryStore implements ListableStore, ErasableStore {
  readonly now: () => number;
  readonly #streams = new Map<string, LedgerRecord[]>();
  readonly #approvals = new Map<string, IndexedApproval>();
  // the few that wait, so that asking for them does not cost more with every one that was settled
  readonly #open = new Map<string, IndexedApproval>();
  readonly #feeds = new Set<StreamFeed>();

  constructor(clock: () => number) {
    this.now = () => clock();
  }

  async append(batches: readonly Batch[]): Promise<"appended" | "conflict"> {
    if (isConflict(batches, (stream) => this.#streams.get(stream)?.length ?? 0)) return "conflict";
    for (const batch of batches) if (batch.records.length > 0) this.#grow(batch);
    return "appended";
  }

  async read(stream: string, from: number): Promise<readonly LedgerRecord[]> {
    return this.#streams.get(stream)?.slice(from) ?? [];
  }

  async approvals(query: ApprovalQuery): Promise<readonly ApprovalEntry[]> {
    const entries = query.open === true ? this.#open : this.#approvals;
    const candidates = query.id === undefined ? [...entries.values()] : [entries.get(query.id)];
    return candidates.flatMap((entry) => (entry !== undefined && matches(entry, query) ? [listed(entry)] : []));
  }

  watch(signal: AbortSignal): AsyncIterable<string> {
    const feed = new StreamFeed(signal, (ended) => this.#feeds.delete(ended));
    if (!signal.aborted) this.#feeds.add(feed);
    return feed;
  }

  async streams(): Promise<readonly StreamHead[]> {
    const heads = [...this.#streams].map(([stream, records]) => ({ stream, length: records.length, hash: records.at(-1)?.hash ?? "" }));
    return heads.sort((a, b) => (a.stream < b.stream ? -1 : 1));
  }

  async erase(stream: string, seq?: number): Promise<number> {
    const records = this.#streams.get(stream) ?? [];
    let erased = 0;
    for (const [at, { payload, salt: _salt, ...rest }] of records.entries()) {
      if (payload === undefined || (seq !== undefined && seq !== at)) continue;
      records[at] = rest;
      erased++;
    }
    return erased;
  }

  #grow({ stream, records }: Batch): void {
    const kept = this.#streams.get(stream);
    if (kept === undefined) this.#streams.set(stream, [...records]);
    else for (const record of records) kept.push(record);
    for (const record of records) this.#index(record);
    for (const feed of this.#feeds) feed.push(stream);
  }

  #index(record: LedgerRecord): void {
    const change = approvalChange(record);
    if (change === undefined) return;
    const known = this.#approvals.get(change.id);
    if (change.kind === "closes" && known?.stream === record.stream) this.#close(known);
    if (change.kind === "opens" && (known === undefined || known.stream === record.stream)) {
      const { id, tenant, principal, expiresAt } = change;
      const entry = { ...(known ?? { id, tenant, principal, stream: record.stream, seq: record.seq }), open: true, expiresAt };
      this.#approvals.set(id, entry);
      this.#open.set(id, entry);
    }
  }

  #close(entry: IndexedApproval): void {
    this.#approvals.set(entry.id, { ...entry, open: false });
    this.#open.delete(entry.id);
  }
}

function matches(entry: IndexedApproval, query: ApprovalQuery): boolean {
  return (
    (query.open === undefined || query.open === entry.open) &&
    (query.tenant === undefined || query.tenant === entry.tenant) &&
    (query.principal === undefined || query.principal === entry.principal)
  );
}

function listed({ id, stream, seq, open, expiresAt }: IndexedApproval): ApprovalEntry {
  return { id, stream, seq, open, expiresAt };
}
