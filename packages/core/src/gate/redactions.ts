import type { Redaction } from "../decide/inspect.ts";
import type { Placeholders } from "../decide/request.ts";
import { digestOf } from "../json/sha256.ts";
import type { SessionState } from "../session/state.ts";
import type { JsonObject } from "../value.ts";

/** New placeholders, as they are recorded: by digests of their values, and the values themselves where they are no secrets. */
export interface Redactions {
  readonly state: JsonObject;
  readonly payload: JsonObject;
}

/** The placeholders of a session so far. */
export function placeholdersOf(state: SessionState): Placeholders {
  // most texts need none: the set is made when the first is
  let taken: ReadonlySet<string> | undefined;
  const isTaken = (placeholder: string): boolean => (taken ??= new Set(state.placeholders.values())).has(placeholder);
  const of = (value: string): string | undefined => state.placeholders.get(digestIn(state, value));
  // what a child answers is read by its parent, whose own placeholders stand for other values
  return state.pin?.parent === undefined ? { of, isTaken } : { of, isTaken, mark: `_${digestOf(state.stream).slice(0, 4).toUpperCase()}` };
}

/** What is recorded of new placeholders. */
export function redactionsOf(state: SessionState, made: readonly Redaction[]): Redactions {
  if (made.length === 0) return { state: {}, payload: {} };
  const plain = made.filter(({ secret }) => !secret);
  return {
    state: { redactions: made.map(({ placeholder, value }) => ({ placeholder, digest: digestIn(state, value) })) },
    payload: plain.length === 0 ? {} : { redacted: Object.fromEntries(plain.map(({ placeholder, value }) => [placeholder, value])) },
  };
}

/** Under the session's key, so that records do not tell short values to whoever guesses. */
function digestIn({ origins, stream }: SessionState, value: string): string {
  return digestOf(["redacted", origins?.key ?? stream, value]);
}
