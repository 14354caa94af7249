import { globsOverlap, literalLength } from "../../condition/glob.ts";
import type { Report } from "../text/problems.ts";
import type { WrittenEntry } from "../text/written.ts";

/** Reports globs of the catalog of which neither is more specific, though one name can match both. */
export function checkTies(keys: readonly WrittenEntry[], report: Report): void {
  const before = new Map<number, WrittenEntry[]>();
  for (const entry of keys.filter(({ key }) => key.includes("*"))) {
    const length = literalLength(entry.key);
    const equals = before.get(length) ?? [];
    const other = equals.find(({ key }) => globsOverlap(key, entry.key));
    if (other !== undefined)
      report(
        entry.at,
        `\`${entry.key}\` and \`${other.key}\` (line ${other.at.line}) can match the same name, and neither is more specific; write more of one of them`,
      );
    before.set(length, [...equals, entry]);
  }
}
