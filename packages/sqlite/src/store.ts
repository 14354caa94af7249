import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { approvalChange, isConflict, SallyportError } from "@sallyport/core";
import type { ApprovalEntry, ApprovalQuery, Batch, ErasableStore, LedgerRecord, ListableStore, StreamHead } from "@sallyport/core";
import { storeFailure } from "./failure.ts";
import { Growth } from "./growth.ts";
import { type Access, openDatabase } from "./open.ts";
import { pauseBefore, readPatiently } from "./retry.ts";
import { READ_COLUMNS, RECORD_COLUMNS, toApproval, toColumns, toHead, toName, toRecord } from "./rows.ts";
import { Writer } from "./writer.ts";

/** What a store is opened with; `pragmas` are for tests of a disk that is full. */
export interface StoreSettings {
  readonly access: Access;
  readonly clock: () => number;
  /** milliseconds to wait while another process holds the lock */
  readonly lockTimeout: number;
  readonly pragmas?: string;
}

const READ = `SELECT ${READ_COLUMNS} FROM record WHERE stream = ? AND seq >= ? ORDER BY seq`;
const INSERT = `INSERT INTO record (${RECORD_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** The store on one file; every promise of a write resolves after its commit. */
export class SqliteStore implements ListableStore, ErasableStore {
  readonly now: () => number;
  readonly #file: string;
  readonly #access: Access;
  readonly #lockTimeout: number;
  readonly #database: DatabaseSync;
  readonly #writer: Writer;
  readonly #growth: Growth;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string, settings: StoreSettings) {
    this.now = () => settings.clock();
    this.#file = file;
    this.#access = settings.access;
    this.#lockTimeout = settings.lockTimeout;
    this.#database = openDatabase(file, settings.access);
    try {
      if (settings.pragmas !== undefined) this.#database.exec(settings.pragmas);
      this.#writer = new Writer(this.#database, settings.lockTimeout);
      this.#growth = new Growth(file, this.#database);
    } catch (cause) {
      this.#database.close();
      throw storeFailure(file, cause);
    }
  }

  async append(batches: readonly Batch[]): Promise<"appended" | "conflict"> {
    const result = await this.#write(() => {
      if (isConflict(batches, (stream) => this.#lengthOf(stream))) return "conflict";
      for (const batch of batches) this.#insert(batch);
      return "appended";
    });
    this.#growth.poll();
    return result;
  }

  async read(stream: string, from: number): Promise<readonly LedgerRecord[]> {
    return this.#read(() =>
      this.#sql(READ)
        .all(toName(stream), from)
        .map((row) => toRecord(stream, row)),
    );
  }

  async approvals(query: ApprovalQuery): Promise<readonly ApprovalEntry[]> {
    const named = (["id", "tenant", "principal"] as const).filter((key) => query[key] !== undefined);
    // written out and not bound, since the index on what is open serves only what is known to be
    const open = query.open === undefined ? [] : [`open = ${query.open ? 1 : 0}`];
    const where = ["TRUE", ...named.map((key) => `${key} = ?`), ...open].join(" AND ");
    const sql = `SELECT id, stream, seq, open, expires FROM approval WHERE ${where} ORDER BY number`;
    return this.#read(() =>
      this.#sql(sql)
        .all(...named.map((key) => toName(query[key] ?? "")))
        .map(toApproval),
    );
  }

  watch(signal: AbortSignal): AsyncIterable<string> {
    return this.#growth.watch(signal);
  }

  async streams(): Promise<readonly StreamHead[]> {
    return this.#read(() => this.#sql("SELECT stream, length, hash FROM head ORDER BY stream").all().map(toHead));
  }

  async erase(stream: string, seq?: number): Promise<number> {
    const sql = "UPDATE record SET payload = NULL, salt = NULL WHERE stream = ? AND payload IS NOT NULL";
    const erased = await this.#write(() => {
      const done = seq === undefined ? this.#sql(sql).run(toName(stream)) : this.#sql(`${sql} AND seq = ?`).run(toName(stream), seq);
      return Number(done.changes);
    });
    await this.#emptyLog();
    return erased;
  }

  /** Waits for what is being written, ends all watching and closes the file; the store is of no use after that. */
  async close(): Promise<void> {
    await this.#writer.idle();
    this.#growth.end();
    if (this.#database.isOpen) this.#database.close();
  }

  /** What was written before stands in the log of changes until that is emptied, which waits for everybody who reads it. */
  async #emptyLog(): Promise<void> {
    const deadline = performance.now() + this.#lockTimeout;
    for (let attempt = 1; ; attempt++) {
      const done = await this.#read(() => this.#sql("PRAGMA wal_checkpoint(TRUNCATE)").get());
      if (done?.["busy"] === 0) return;
      if (performance.now() > deadline) {
        const message = `\`${this.#file}\`: erased, but what was erased stays in its log while others read it; erase again when they are done`;
        throw new SallyportError("store-failed", message);
      }
      await setTimeout(pauseBefore(attempt));
    }
  }

  #lengthOf(stream: string): number {
    return Number(this.#sql("SELECT length FROM head WHERE stream = ?").get(toName(stream))?.["length"] ?? 0);
  }

  #insert({ stream, expected, records }: Batch): void {
    for (const record of records) {
      this.#sql(INSERT).run(...toColumns(record));
      this.#index(record);
    }
    const last = records.at(-1);
    if (last === undefined) return;
    this.#sql("INSERT OR REPLACE INTO head (stream, length, hash) VALUES (?, ?, ?)").run(
      toName(stream),
      expected + records.length,
      last.hash,
    );
  }

  #index(record: LedgerRecord): void {
    const change = approvalChange(record);
    if (change === undefined) return;
    if (change.kind === "closes") {
      this.#sql("UPDATE approval SET open = 0 WHERE id = ? AND stream = ?").run(toName(change.id), toName(record.stream));
    } else {
      const sql = `INSERT INTO approval (id, stream, seq, tenant, principal, expires, open) VALUES (?, ?, ?, ?, ?, ?, 1)
        ON CONFLICT (id) DO UPDATE SET open = 1, expires = excluded.expires WHERE stream = excluded.stream`;
      const owner = [toName(change.tenant), toName(change.principal)];
      this.#sql(sql).run(toName(change.id), toName(record.stream), record.seq, ...owner, change.expiresAt);
    }
  }

  #sql(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }

  async #write<T>(write: () => T): Promise<T> {
    if (this.#access === "read") throw new SallyportError("store-failed", `\`${this.#file}\` was opened for reading only`);
    this.#checkOpen();
    try {
      return await this.#writer.write(write);
    } catch (cause) {
      throw storeFailure(this.#file, cause);
    }
  }

  async #read<T>(read: () => T): Promise<T> {
    this.#checkOpen();
    try {
      return await readPatiently(read, this.#lockTimeout);
    } catch (cause) {
      throw storeFailure(this.#file, cause);
    }
  }

  #checkOpen(): void {
    if (!this.#database.isOpen) throw new SallyportError("store-failed", `\`${this.#file}\` was closed`);
  }
}
