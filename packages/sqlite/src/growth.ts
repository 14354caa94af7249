import type { DatabaseSync, StatementSync } from "node:sqlite";
import { StreamFeed } from "@sallyport/core";
import { isBusy, storeFailure } from "./failure.ts";
import { nameOf } from "./rows.ts";

const POLL_MS = 100;

/** Tells watchers which streams grew, by asking the file for the records that are new, whoever wrote them. */
export class Growth {
  readonly #file: string;
  readonly #newest: StatementSync;
  readonly #since: StatementSync;
  readonly #feeds = new Set<StreamFeed>();
  #seen = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string, database: DatabaseSync) {
    this.#file = file;
    this.#newest = database.prepare("SELECT max(id) AS id FROM record");
    this.#since = database.prepare("SELECT max(id) AS id, stream FROM record WHERE id > ? GROUP BY stream ORDER BY id");
  }

  /** Watches from now on. */
  watch(signal: AbortSignal): StreamFeed {
    const feed = new StreamFeed(signal, (ended) => this.#leave(ended));
    if (signal.aborted) return feed;
    // what grew until now is news for those who watch already, not for this one
    if (this.#feeds.size > 0) this.poll();
    else this.#seen = this.#newestId();
    this.#feeds.add(feed);
    this.#timer ??= setInterval(() => this.poll(), POLL_MS);
    return feed;
  }

  /** Looks for new records at once. */
  poll(): void {
    if (this.#feeds.size === 0) return;
    try {
      for (const row of this.#since.all(this.#seen)) {
        this.#seen = Number(row["id"]);
        for (const feed of this.#feeds) feed.push(nameOf(row["stream"]));
      }
    } catch (cause) {
      if (isBusy(cause)) return; // the next poll sees it
      for (const feed of this.#feeds) feed.fail(storeFailure(this.#file, cause));
    }
  }

  #newestId(): number {
    try {
      return Number(this.#newest.get()?.["id"] ?? 0);
    } catch (cause) {
      throw storeFailure(this.#file, cause);
    }
  }

  /** Ends all watching. */
  end(): void {
    for (const feed of this.#feeds) feed.end();
  }

  #leave(feed: StreamFeed): void {
    this.#feeds.delete(feed);
    if (this.#feeds.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
