import type { Json } from "../value.ts";

/**
 * Makes a value an own member of an object that is being built, whatever its name: a plain assignment fails where an
 * app has frozen Object.prototype, and would change the prototype for `__proto__`.
 */
export function setMember(object: Record<string, Json>, key: string, value: Json): void {
  if (key in object) Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
