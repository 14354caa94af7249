import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SallyportError } from "@sallyport/core";
import { isBusy, storeFailure } from "./failure.ts";

// `Saly`: how a file says whose it is
const APPLICATION_ID = 0x53616c79;
const VERSION = 1;
const OPEN_TIMEOUT_MS = 5_000;
const OPEN_RETRY_MS = 10;

const SCHEMA = `
  CREATE TABLE record (
    id INTEGER PRIMARY KEY, stream TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL,
    state TEXT NOT NULL, payload TEXT, salt TEXT, digest TEXT, hash TEXT NOT NULL, UNIQUE (stream, seq)
  ) STRICT;
  CREATE TABLE head (stream TEXT PRIMARY KEY, length INTEGER NOT NULL, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE approval (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL, seq INTEGER NOT NULL,
    tenant TEXT NOT NULL, principal TEXT NOT NULL, expires INTEGER, open INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX approval_open ON approval (number) WHERE open = 1;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};
`;

/** How a file is opened. */
export type Access = "write" | "read";

/** Opens a store's file, and makes it (mode 0600) where it may be written and is not there. */
export function openDatabase(file: string, access: Access): DatabaseSync {
  const path = resolve(file);
  try {
    checkPlace(file, path, access);
    const database = new DatabaseSync(path, { readOnly: access === "read" });
    prepareOrClose(file, database, access);
    return database;
  } catch (cause) {
    throw storeFailure(file, cause);
  }
}

function checkPlace(file: string, path: string, access: Access): void {
  if (file === ":memory:") fail(file, "is no file; `memoryStore` of @sallyport/core keeps records in memory");
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) fail(file, "is a folder; name a file in it");
  } else {
    if (access === "read") fail(file, "is not there");
    if (!existsSync(dirname(path))) fail(file, "cannot be made: its folder is not there");
    closeSync(openSync(path, "a", 0o600));
  }
}

function prepareOrClose(file: string, database: DatabaseSync, access: Access): void {
  try {
    const deadline = performance.now() + OPEN_TIMEOUT_MS;
    // another process may be making the same file; that takes milliseconds, so that it is waited for right here
    while (!isPrepared(file, database, access, deadline)) sleep(OPEN_RETRY_MS);
  } catch (cause) {
    database.close();
    throw cause;
  }
}

function isPrepared(file: string, database: DatabaseSync, access: Access, deadline: number): boolean {
  try {
    prepare(file, database, access);
    return true;
  } catch (cause) {
    if (!isBusy(cause) || performance.now() > deadline) throw cause;
    return false;
  }
}

function prepare(file: string, database: DatabaseSync, access: Access): void {
  if (access === "write") {
    // commits survive a power cut, and erased payloads are overwritten
    database.exec("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
    if (isEmpty(database)) create(file, database);
  }
  checkOwner(file, database);
}

function create(file: string, database: DatabaseSync): void {
  const mode = database.prepare("PRAGMA journal_mode = WAL").get();
  if (mode?.["journal_mode"] !== "wal") fail(file, "cannot be shared between processes there; is it on a network drive?");
  database.exec("BEGIN IMMEDIATE");
  try {
    if (isEmpty(database)) database.exec(SCHEMA);
    database.exec("COMMIT");
  } catch (cause) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw cause;
  }
}

function checkOwner(file: string, database: DatabaseSync): void {
  const version = pragma(database, "user_version");
  if (isEmpty(database)) fail(file, "holds no ledger yet");
  if (pragma(database, "application_id") !== APPLICATION_ID) fail(file, "is a database of another program");
  if (version !== VERSION) fail(file, `has version ${version}, and this program knows version ${VERSION}; update @sallyport/sqlite`);
}

function isEmpty(database: DatabaseSync): boolean {
  return pragma(database, "application_id") === 0 && database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

function pragma(database: DatabaseSync, name: "application_id" | "user_version"): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function fail(file: string, complaint: string): never {
  throw new SallyportError("store-failed", `\`${file}\` ${complaint}`);
}
