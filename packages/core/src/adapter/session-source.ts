import { SallyportError } from "../error.ts";
import type { Gate, Session, SessionInit } from "../gate/contract.ts";
import { readOpening } from "../gate/host.ts";

/** A session, or where to get it from what the framework hands its tools; never take any of it from a message. */
export type SessionSource<Native> = SessionInit | ((native: Native) => SessionInit | PromiseLike<SessionInit>);

/** Opens the session of a call; throws a SallyportError `invalid-input` at once where there is no gate, or the options name no session that could be opened. */
export function sessionOpener<Native>(
  gate: Gate,
  options: { readonly session: SessionSource<Native> } | undefined,
): (native: Native) => Promise<Session> {
  if (typeof Reflect.get(Object(gate), "session") !== "function")
    throw new SallyportError("invalid-input", "`gate` is no gate: hand over what `await createGate(…)` gives");
  const source = options?.session;
  if (typeof source === "function") return async (native) => gate.session(checked(await source(native)));
  const init = checked(source);
  const opening = readOpening(init);
  if (!opening.ok) throw new SallyportError("invalid-input", `${opening.reason}; hand over { id, principal, agent }`);
  let session: Session | undefined;
  return async () => (session ??= gate.session(init));
}

/** In JavaScript anything may stand in the session's place; what is in it is the gate's to check. */
function checked(init: SessionInit | undefined): SessionInit {
  if (typeof init === "object" && init !== null) return init;
  throw new SallyportError("invalid-input", "`session` is missing: hand over { id, principal, agent }, or a function that gives it");
}
