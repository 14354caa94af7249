import type { Session } from "@sallyport/core";
import { keptAs } from "./kept.ts";

/** How many answers a process remembers: they are asked for in the request that follows. */
const MOST = 1000;

/**
 * What guards answered to calls that did not run, in this process: the shield knows them as ours by this, also where nothing
 * can be written, or the session is not whose it was said to be.
 */
export class Said {
  readonly #texts = new Set<string>();

  /** Remembers an answer. */
  add(session: string, callId: string, text: string): void {
    this.#texts.add(keyOf(session, callId, text));
    if (this.#texts.size <= MOST) return;
    const [oldest] = this.#texts;
    if (oldest !== undefined) this.#texts.delete(oldest);
  }

  /** Whether a text is an answer of ours to this call. */
  has(session: string, callId: string, text: string): boolean {
    return this.#texts.has(keyOf(session, callId, text));
  }
}

function keyOf(...parts: readonly [session: string, callId: string, text: string]): string {
  return JSON.stringify(parts);
}

/**
 * Keeps an answer to a call that is not what stands on record for it: its own schema refuses the args, so that it never got to
 * the gate; or it was refused this once, as with other args than were approved.
 */
export async function keepSaid(session: Session, callId: string, text: string): Promise<void> {
  await session.keep(keptAs.said(callId), text);
}

/** Whether a text was kept as our answer to a call. */
export async function isKept(session: Session, callId: string, text: string): Promise<boolean> {
  return (await session.kept(keptAs.said(callId))) === text;
}
