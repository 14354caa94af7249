import type { ErasableStore, ListableStore } from "@sallyport/core";
import { SqliteStore } from "./store.ts";

/** How a file is opened as a store. */
export interface SqliteOptions {
  /** the store's time in milliseconds since 1970; `Date.now` where left out */
  readonly clock?: () => number;
  /** never writes: to look into a file that an app is using */
  readonly readOnly?: boolean;
}

/** A store on a file. */
export interface SqliteFile extends ListableStore, ErasableStore {
  /** Waits for what is being written and closes the file. */
  close(): Promise<void>;
}

/** milliseconds that a write waits while another process holds the file's lock */
const LOCK_TIMEOUT = 10_000;

/**
 * Opens a file as a store, for any number of processes at once; makes it where it is not there. Throws a SallyportError
 * (`store-failed`) that says what is wrong with a file that cannot be one.
 */
export function sqliteStore(file: string, options: SqliteOptions = {}): SqliteFile {
  const access = options.readOnly === true ? "read" : "write";
  return new SqliteStore(file, { access, clock: options.clock ?? Date.now, lockTimeout: LOCK_TIMEOUT });
}
