import type { JsonObject } from "../../value.ts";
import { allowedBy, CARRIED, deniedBy } from "./file.ts";
import type { RuneFile } from "./file.ts";
import { detectorOf } from "./pattern.ts";
import type { RuneRule } from "./rule.ts";
import { hasOneOf, isOneOf } from "./tool-condition.ts";

/** Where a native statement stands. */
export type Section = "rules" | "limits";

/** One native statement without what all of a rule have in common. */
export interface Part {
  readonly suffix: string;
  readonly section?: Section;
  readonly fields: JsonObject;
}

/** What a rule of a Rune file comes to. */
export function partsOf(rule: RuneRule, file: RuneFile): readonly Part[] {
  const { kind } = rule;
  switch (kind) {
    case "tool_access":
    case "tool_allowlist":
    case "tool_denylist":
      return accessParts(rule, file);
    case "pii":
    case "pii_detection":
      return detectingParts(rule, ["pii"]);
    case "prompt_injection":
      return detectingParts(rule, ["prompt_injection"]);
    case "jailbreak":
      return detectingParts(rule, ["prompt_injection.override", "prompt_injection.persona", "prompt_injection.bypass"]);
    case "data_exfiltration":
      return detectingParts(rule, ["secrets", "urls.image", "urls.data-uri", CARRIED]);
    case "data_protection":
      return detectingParts(rule, protectedBy(rule, file));
    case "tool_call":
      // a condition, as a deny without one would make every other rule on calls one that cannot matter
      return [{ suffix: "call", fields: { when: isOneOf(["*"]) } }];
    case "rate_limit":
      return [{ suffix: "limit", section: "limits", fields: limitOf(rule) }];
  }
}

/** What the model reads: messages and results. What it says: calls and its text. */
const PLACES = { input: ["input", "result"], output: ["call", "output"], both: ["call", "input", "result", "output"] } as const;

function detectingParts({ direction }: RuneRule, detect: readonly string[]): readonly Part[] {
  return PLACES[direction ?? "both"].map((on) => ({ suffix: on, fields: { ...(on === "call" ? {} : { on }), detect } }));
}

function protectedBy({ lists }: RuneRule, { detectors }: RuneFile): readonly string[] {
  const names = (lists.get("patterns") ?? []).flatMap((text) => {
    const found = detectorOf(text);
    return found.kind === "built-in" ? found.detectors : (detectors.get(text) ?? []);
  });
  return [...new Set(names)];
}

function accessParts(rule: RuneRule, file: RuneFile): readonly Part[] {
  const [allowed, denied, blocked] = [allowedBy(rule), deniedBy(rule), rule.lists.get("blocked_parameters")];
  // a list that only records knows itself alone
  const known = rule.action === "block" ? file.allowed : allowed;
  return [
    ...(allowed === undefined || known === undefined ? [] : [{ suffix: "allowed", fields: { when: `!(${isOneOf(known)})` } }]),
    ...(denied === undefined ? [] : [{ suffix: "denied", fields: { when: isOneOf(denied) } }]),
    ...(blocked === undefined ? [] : [{ suffix: "parameters", fields: { when: hasOneOf(blocked) } }]),
  ];
}

function limitOf({ counts }: RuneRule): JsonObject {
  return { per: "agent.id", window: durationOf(counts.get("window_seconds") ?? 0), max: counts.get("max_calls") ?? 0 };
}

/** Seconds as people write them: `1m`, `1h30m`. */
function durationOf(seconds: number): string {
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86_400)];
  const parts = [`${days}d`, `${hours % 24}h`, `${minutes % 60}m`, `${seconds % 60}s`];
  return parts.filter((part) => !part.startsWith("0")).join("");
}
