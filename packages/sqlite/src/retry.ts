import { setTimeout } from "node:timers/promises";
import { isBusy } from "./failure.ts";

const MAX_PAUSE_MS = 40;

/** How long to wait before the next attempt, in milliseconds: grows, and is never the same for two that wait for each other. */
export function pauseBefore(attempt: number): number {
  return 1 + Math.random() * Math.min(2 ** attempt, MAX_PAUSE_MS);
}

/** Tries a read again while the database is locked, until `timeout` milliseconds have passed. */
export async function readPatiently<T>(read: () => T, timeout: number): Promise<T> {
  const deadline = performance.now() + timeout;
  for (let attempt = 1; ; attempt++) {
    try {
      return read();
    } catch (cause) {
      if (!isBusy(cause) || performance.now() > deadline) throw cause;
      await setTimeout(pauseBefore(attempt));
    }
  }
}
