import type { Finding } from "../detect/finding.ts";
import { isObject, type JsonObject } from "../value.ts";
import type { Layout } from "./layout.ts";
import { makePlaceholders } from "./placeholder.ts";
import { coversOf, redactValue } from "./redact.ts";

/** A text as it is recorded: without the secrets that a detector found in it. */
export function maskText(layout: Layout, secrets: readonly Finding[]): string {
  const masked = redactValue(layout, coversOf(secrets), makePlaceholders(undefined, layout.text, []));
  // INVARIANT: the layout of a text is redacted to a text
  return typeof masked === "string" ? masked : "";
}

/** The args of a denied call as they are recorded: without the secrets that a detector found in them. */
export function maskArgs(layout: Layout, secrets: readonly Finding[]): JsonObject {
  const masked = redactValue(layout, coversOf(secrets), makePlaceholders(undefined, layout.text, []));
  // INVARIANT: the layout of an object is redacted to an object
  return isObject(masked) ? masked : {};
}
