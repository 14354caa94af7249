import type { Json } from "../value.ts";

/** A JSON value of ours that is handed out, frozen through and through where it stands; what is frozen already is so wholly. */
export function freezeJson<T extends Json | undefined>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) freezeJson(member);
  return Object.freeze(value);
}
