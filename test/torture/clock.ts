import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** Reads the clock that all processes share: the machine's, and as many milliseconds ahead as the file says. */
export function clockOf(file: string): () => number {
  return () => Date.now() + Number(readFileSync(file, "utf8"));
}

/** Steps the clock, for all processes at once. */
export function stepClock(file: string, ahead: number): void {
  writeFileSync(`${file}.next`, String(ahead));
  renameSync(`${file}.next`, file);
}
