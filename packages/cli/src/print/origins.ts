import type { ArgOrigin } from "@sallyport/core";
import { visible } from "./visible.ts";

/** Where each value of a call's args was seen, a line each, with the places where it stands; nothing where nobody knows. */
export function formatOrigins(origins: readonly ArgOrigin[]): string {
  if (origins.length === 0) return "";
  const lines = origins.flatMap(({ says, seen }) => [
    `  ${visible(says)}`,
    ...seen.flatMap(({ origin, excerpt }) => (excerpt === undefined ? [] : [`      ${visible(origin)}: ${visible(excerpt)}`])),
  ]);
  return `origins\n${lines.map((line) => `${line}\n`).join("")}`;
}
