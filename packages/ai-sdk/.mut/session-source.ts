import type { Gate, Session, SessionInit } from "@sallyport/core";

/** A session, or where to get it from what the SDK hands over; never take any of it from a message. */
export type SessionSource<Native> = SessionInit | ((native: Native) => SessionInit | PromiseLike<SessionInit>);

/** Opens the session of a call. */
export function sessionOpener<Native>(gate: Gate, source: SessionSource<Native>): (native: Native) => Promise<Session> {
  if (typeof source === "function") return async (native) => gate.session(await source(native));
  let session: Session | undefined;
  return async () => (session ??= gate.session(source));
}
