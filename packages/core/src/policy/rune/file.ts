import { detectorOf } from "./pattern.ts";
import type { RuneRule } from "./rule.ts";

/** What stands in a Rune file as a whole: some rules depend on others. */
export interface RuneFile {
  /** all tools that blocking lists of the file allow; what one allows no other denies */
  readonly allowed: readonly string[];
  /** the detectors that the native policy has of its own: their names by their patterns */
  readonly detectors: ReadonlyMap<string, string>;
}

/** The detector that is there for `data_exfiltration` alone. */
export const CARRIED = "carried-data";

/** Data on its way out: an address with a long value in its query or fragment, or a long run of encoded text. */
const CARRIED_PATTERN: string = String.raw`(?i:https?)://[^\s?#]+[?#]\S*=[^\s&#=]{16,}|[A-Za-z0-9+/_-]{120,}`;

/** Gathers what the rules of a file share; patterns are named in the order in which they stand. */
export function gatherFile(rules: readonly RuneRule[]): RuneFile {
  const found = rules.flatMap(({ lists }) => lists.get("patterns") ?? []).map(detectorOf);
  const patterns = [...new Set(found.flatMap((one) => (one.kind === "own" ? [one.pattern] : [])))];
  const exfiltration = rules.some(({ kind }) => kind === "data_exfiltration");
  return {
    allowed: [...new Set(rules.filter(({ action }) => action === "block").flatMap((rule) => allowedBy(rule) ?? []))],
    detectors: new Map([
      ...patterns.map((pattern, index) => [pattern, `pattern-${index + 1}`] as const),
      ...(exfiltration ? [[CARRIED_PATTERN, CARRIED] as const] : []),
    ]),
  };
}

/** The tools that a rule allows; undefined where it has no such list. */
export function allowedBy({ kind, lists }: RuneRule): readonly string[] | undefined {
  return lists.get("allowed_tools") ?? (kind === "tool_allowlist" ? lists.get("tools") : undefined);
}

/** The tools that a rule denies; undefined where it has no such list. */
export function deniedBy({ kind, lists }: RuneRule): readonly string[] | undefined {
  return lists.get("denied_tools") ?? (kind === "tool_denylist" ? lists.get("tools") : undefined);
}
