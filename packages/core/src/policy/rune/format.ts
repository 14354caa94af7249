import { filledNames, severities } from "../format/selector-keys.ts";
import type { Key, RecordShape, Shape } from "../format/shape.ts";

/** What a Rune rule does where it matches. */
export const ACTIONS = ["block", "log", "alert"] as const;
/** Which way a Rune rule looks: at what the model reads, or at what it says and calls. */
export const DIRECTIONS = ["input", "output"] as const;
/** What a Rune rule may look for. */
export const SCANNERS = ["tool_access", "pii", "pii_detection", "prompt_injection", "jailbreak", "data_exfiltration", "tool_call"] as const;
/** What a Rune rule may be instead. */
export const TYPES = ["tool_allowlist", "tool_denylist", "rate_limit", "data_protection"] as const;

/** A scanner or a type. */
export type RuneKind = (typeof SCANNERS)[number] | (typeof TYPES)[number];

const name: Key = { says: "its name in decisions", shape: { kind: "name" }, required: true, example: "restrict-functions" };
const description: Key = { says: "why; becomes the reason", shape: { kind: "text" }, example: "only what the agent needs" };
const names = (says: string): Key => ({ says, shape: filledNames, example: "[search, read_docs]" });
const count = (says: string, example: string): Key => ({ says, shape: { kind: "count" }, required: true, example });
const patterns: Shape = { kind: "list", of: { kind: "text" }, empty: "refused" };

const NAMED_TOOLS = names("tools, by name or glob");

/** What each kind takes beside what all rules take. */
const KEYS: Readonly<Record<RuneKind, Readonly<Record<string, Key>>>> = {
  tool_access: {
    allowed_tools: NAMED_TOOLS,
    denied_tools: NAMED_TOOLS,
    blocked_parameters: names("arguments that no call may have"),
  },
  pii: {},
  pii_detection: {},
  prompt_injection: {},
  jailbreak: {},
  data_exfiltration: {},
  tool_call: {},
  tool_allowlist: { tools: NAMED_TOOLS, allowed_tools: NAMED_TOOLS },
  tool_denylist: { tools: NAMED_TOOLS, denied_tools: NAMED_TOOLS },
  rate_limit: {
    max_calls: count("how many calls are not over", "100"),
    window_seconds: count("how long a call counts", "60"),
  },
  data_protection: {
    patterns: { says: "names such as `ssn`, or RE2 patterns", shape: patterns, required: true, example: "[ssn, credit_card]" },
  },
};

/** The keys of which a rule of a kind has one at least: what it is about. */
export const SUBJECTS: Readonly<Partial<Record<RuneKind, readonly string[]>>> = {
  tool_access: ["allowed_tools", "denied_tools", "blocked_parameters"],
  tool_allowlist: ["tools", "allowed_tools"],
  tool_denylist: ["tools", "denied_tools"],
};

/** The keys of the file. What stands under `rules` depends on what each rule is: they are checked one by one. */
export const fileFormat: RecordShape = {
  kind: "record",
  noun: "Rune policy",
  says: "A Rune file.",
  keys: {
    version: { says: "the dialect's; it was read before", shape: { kind: "version" }, example: '"1.0"' },
    name: { says: "what the policy is called", shape: { kind: "name" }, example: "policy-agent" },
    description: { says: "what it is for", shape: { kind: "text" }, example: "what the docs agent may do" },
    rules: {
      says: "the rules",
      shape: { kind: "list", of: { kind: "record", noun: "rule", says: "A rule.", keys: {} }, empty: "refused" },
      required: true,
      example: "[{ name: no-pii, scanner: pii, action: block }]",
    },
  },
};

/** The keys of a rule of a kind; where the kind is not known, all that some kind has. */
export function ruleFormat(kind: RuneKind | undefined): RecordShape {
  const own = kind === undefined ? someKeys() : KEYS[kind];
  return {
    kind: "record",
    noun: "rule",
    says: "A rule of a Rune file.",
    keys: {
      name,
      description,
      scanner: { says: "what it looks for", shape: { kind: "choice", of: SCANNERS }, example: "pii" },
      type: { says: "what it is instead", shape: { kind: "choice", of: TYPES }, example: "rate_limit" },
      direction: { says: "which way it looks; left out: both", shape: { kind: "choice", of: DIRECTIONS }, example: "output" },
      action: { says: "what it does", shape: { kind: "choice", of: ACTIONS }, required: true, example: "block" },
      severity: { says: "how grave a match is", shape: { kind: "choice", of: severities }, example: "high" },
      ...own,
    },
  };
}

/** All that some kind takes: what a rule needs is not known before its kind is. */
function someKeys(): Readonly<Record<string, Key>> {
  const keys = Object.values(KEYS).flatMap((own) => Object.entries(own));
  return Object.fromEntries(keys.map(([key, { says, shape, example }]) => [key, { says, shape, example }]));
}
