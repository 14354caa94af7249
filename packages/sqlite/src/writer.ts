import { setImmediate, setTimeout } from "node:timers/promises";
import type { DatabaseSync } from "node:sqlite";
import { isBusy } from "./failure.ts";
import { pauseBefore } from "./retry.ts";

/** Something to be written within a transaction that others may share. */
interface Job {
  /** Writes, and gives back how the waiting one is answered after the commit. */
  write(): () => void;
  reject(cause: unknown): void;
  readonly deadline: number;
}

const MAX_GROUP = 256;

/**
 * Writes to the database one transaction after the other. What is asked for in one turn of the event loop shares a
 * commit; a database that is locked by another process is tried again, without standing in the event loop's way.
 */
export class Writer {
  readonly #database: DatabaseSync;
  readonly #lockTimeout: number;
  readonly #jobs: Job[] = [];
  #running: Promise<void> | undefined;
  // how many of the first jobs get a transaction each, since the one they shared failed
  #alone = 0;

  /** `lockTimeout`: milliseconds after which a write gives up while the database is locked. */
  constructor(database: DatabaseSync, lockTimeout: number) {
    this.#database = database;
    this.#lockTimeout = lockTimeout;
  }

  /** Runs a write in a transaction, perhaps along with others; resolves after the commit. It must write nothing if it fails. */
  write<T>(write: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const answered = (): (() => void) => {
        const answer = write();
        return () => resolve(answer);
      };
      this.#jobs.push({ write: answered, reject, deadline: performance.now() + this.#lockTimeout });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits to be written. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let attempt = 0; this.#jobs.length > 0;) {
      await (attempt === 0 ? setImmediate() : setTimeout(pauseBefore(attempt)));
      const group = this.#jobs.slice(0, this.#alone > 0 ? 1 : MAX_GROUP);
      attempt = this.#commit(group) === "busy" ? attempt + 1 : 0;
    }
    this.#running = undefined;
  }

  #commit(group: readonly Job[]): "settled" | "busy" {
    try {
      const answers = transact(this.#database, () => group.map((job) => job.write()));
      this.#drop(group);
      for (const answer of answers) answer();
    } catch (cause) {
      if (isBusy(cause)) return this.#expire(cause);
      if (group.length > 1) this.#alone = group.length;
      else this.#drop(group).forEach((job) => job.reject(cause));
    }
    return "settled";
  }

  #drop(group: readonly Job[]): readonly Job[] {
    this.#alone = Math.max(0, this.#alone - group.length);
    return this.#jobs.splice(0, group.length);
  }

  // jobs wait in the order of their deadlines
  #expire(cause: unknown): "busy" {
    const expired = this.#jobs.filter((job) => job.deadline <= performance.now());
    this.#drop(expired).forEach((job) => job.reject(cause));
    return "busy";
  }
}

function transact<T>(database: DatabaseSync, write: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = write();
    database.exec("COMMIT");
    return result;
  } catch (cause) {
    // SQLite has rolled back by itself where the disk is full
    if (database.isTransaction) database.exec("ROLLBACK");
    throw cause;
  }
}
