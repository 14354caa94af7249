import { SallyportError } from "@sallyport/core";

// SQLite's primary result codes
const BUSY = 5;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** Whether SQLite refused because another connection holds the lock; trying again may help. */
export function isBusy(cause: unknown): boolean {
  return resultCode(cause) === BUSY;
}

/** The fault that a failed use of the file is: what is wrong, with the file's name. */
export function storeFailure(file: string, cause: unknown): SallyportError {
  if (SallyportError.isInstance(cause)) return cause;
  return new SallyportError("store-failed", `\`${file}\` ${complaint(cause)}`, { cause });
}

function complaint(cause: unknown): string {
  switch (resultCode(cause)) {
    case BUSY:
      return "is locked by another process; is a program holding a transaction open?";
    case READONLY:
      return "cannot be written: it is read-only";
    case FULL:
      return "cannot be written: the disk is full";
    case CORRUPT:
      return "is damaged; restore it from a copy";
    case NOTADB:
      return "is not a SQLite database";
    case CANTOPEN:
      return "cannot be opened; may this user read and write it and its folder?";
    case undefined:
    default:
      return `cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

// the low byte; the rest tells why
function resultCode(cause: unknown): number | undefined {
  const code: unknown = cause instanceof Error && "errcode" in cause ? cause.errcode : undefined;
  return typeof code === "number" ? code & 0xff : undefined;
}
