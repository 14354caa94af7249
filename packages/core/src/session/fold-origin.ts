import { digestOf } from "../json/sha256.ts";
import type { TextSource } from "../origin/source.ts";
import { isObject, type JsonObject } from "../value.ts";
import { number, objectOf, objects, oneOf, text, texts, textOrNull } from "./fields.ts";
import type { Folded } from "./fold.ts";
import { SessionOrigins } from "./session-origins.ts";
import type { SessionState } from "./state.ts";

const ROLES = ["system", "user", "external"] as const;

/** How a key is recognised that a session's prints were made under, without telling it. */
export function checkOfKey(key: string): string {
  return digestOf(["prints", key]).slice(0, 16);
}

/** A session starts to see: under the key in its record, or under the one of the process where that is the same. */
export function foldOpenedOrigins(state: SessionState, { state: fields, payload }: Folded): void {
  const prints = objectOf(fields, "prints");
  if (prints === undefined) return;
  const key = textOrNull(payload ?? {}, "printKey") ?? state.keyOfPrints?.(text(fields, "tenant"));
  // INVARIANT: under another key nothing would be found, and what was never found passes for unseen; so nothing is known
  if (key === undefined || checkOfKey(key) !== text(prints, "check")) return;
  state.origins = new SessionOrigins(key, number(prints, "inherited"));
}

/** A text entered the context, or was kept out of it. */
export function foldMessage(state: SessionState, { state: fields, payload }: Folded): void {
  const role = oneOf(fields, "role", ROLES);
  const print = textOrNull(fields, "print");
  if (fields["decision"] !== "deny") see(state, { kind: role }, print);
  const digest = textOrNull(payload ?? {}, "digest");
  if (digest === null) return;
  const decision = fields["decision"] === "deny" ? "deny" : "allow";
  const reason = textOrNull(payload ?? {}, "reason") ?? "";
  const message = {
    role,
    decision,
    rules: texts(fields, "rules"),
    reason,
    content: textOrNull(payload ?? {}, "content") ?? undefined,
  } as const;
  state.messages.set(digest, Object.freeze(message));
}

/** The released content of a call entered the context. */
export function foldResultOrigins(state: SessionState, { state: fields }: Folded): void {
  const call = state.calls.get(text(fields, "call"));
  if (call === undefined || fields["decision"] === "deny") return;
  const { id, tool } = call;
  const trusted = call.trusted === true && fields["trust"] !== "untrusted";
  see(state, { kind: "result", tool, call: id, trusted }, textOrNull(fields, "print"), textOrNull(fields, "echo") ?? undefined);
}

/** A text entered the context. */
function see(state: SessionState, source: TextSource, print: string | null, echo?: string): void {
  // INVARIANT: a process without the key has left a text out, which would pass for unseen; so nothing is known from here on
  if (print === null) delete state.origins;
  else state.origins?.see(source, print, echo);
}

/** Placeholders that were made for values; those of secrets come without them. */
export function foldRedactions(state: SessionState, { state: fields, payload }: Folded): void {
  for (const made of objects(fields, "redactions")) {
    const digest = text(made, "digest");
    if (!state.placeholders.has(digest)) state.placeholders.set(digest, text(made, "placeholder"));
  }
  for (const [placeholder, value] of Object.entries(redactedIn(payload))) {
    // what a placeholder stands for never changes
    if (typeof value === "string" && !state.redacted.has(placeholder)) state.redacted.set(placeholder, value);
  }
}

function redactedIn(payload: JsonObject | undefined): JsonObject {
  const redacted = payload?.["redacted"];
  return isObject(redacted) ? redacted : {};
}
