/** What the policies of these tests say: each rule once for the gate, and beside it what it means, as POLICY.md has it. */
import { loadPolicy, type Policy } from "@sallyport/core";

/** The policy may be any of these, and becomes another one in the middle of everything. */
export const VERSIONS = ["base", "two", "shut", "open"] as const;
export type Version = (typeof VERSIONS)[number];

export const TOOLS = ["look", "file", "send", "pay", "ping", "fire"] as const;
export type Tool = (typeof TOOLS)[number];

/** Every tool takes the same args. */
export interface Args {
  readonly to: string;
  readonly body: string;
  readonly amount: number;
}

/** Who answers; the principal is among them. */
export const APPROVERS = {
  lea: { id: "lea", roles: ["lead"] },
  leo: { id: "leo", roles: ["lead"] },
  bea: { id: "bea", roles: ["lead", "boss"] },
  ann: { id: "ann", roles: ["lead", "boss"] },
  sam: { id: "sam", roles: ["support"] },
  tom: { id: "tom", roles: ["lead"], tenant: "other" },
  nobody: { id: "", roles: ["lead"] },
} as const;
export type Approver = keyof typeof APPROVERS;

/** A rule as the gate reads it. */
interface RuleText {
  readonly id: string;
  readonly tools: readonly Tool[];
  readonly when?: string;
  readonly decide: "allow" | "deny" | "require_approval";
  readonly labels?: readonly string[];
  readonly approval?: { readonly by: string; readonly quorum: number; readonly expires?: string; readonly editable?: readonly string[] };
}

/** A rule, and what it means. */
export interface ModelRule {
  readonly text: RuleText;
  readonly holds: (args: Args, labels: readonly string[]) => boolean;
  readonly counts: (approver: Approver, principal: string) => boolean;
  readonly expires: number;
}

const MINUTE = 60_000;
const always = (): boolean => true;
const isLead = (approver: Approver): boolean => ["lea", "leo", "bea", "ann", "tom"].includes(approver);
const BY_LEAD = '"lead" in approver.roles && approver.id != principal.id';

function rule(text: RuleText, means: Partial<Omit<ModelRule, "text">> = {}): ModelRule {
  return { text, holds: always, counts: (approver, principal) => isLead(approver) && approver !== principal, expires: Infinity, ...means };
}

const sends = (decide: RuleText["decide"], quorum?: number): ModelRule =>
  rule(
    {
      id: "sends",
      tools: ["send"],
      when: "size(args.to) > 0",
      decide,
      ...(quorum === undefined ? {} : { approval: { by: BY_LEAD, quorum, expires: "10m", editable: ["args.body"] } }),
    },
    { expires: 10 * MINUTE },
  );

const PINGS = rule({ id: "pings", tools: ["ping", "pay"], decide: "allow" });
const RUDE = rule({ id: "rude", tools: ["send"], when: 'args.body == "rude"', decide: "deny" }, { holds: ({ body }) => body === "rude" });
const LONG = rule(
  {
    id: "long",
    tools: ["send"],
    when: 'args.body == "long"',
    decide: "require_approval",
    approval: { by: '"boss" in approver.roles', quorum: 1, expires: "20m" },
  },
  { holds: ({ body }) => body === "long", counts: (approver) => approver === "bea" || approver === "ann", expires: 20 * MINUTE },
);
const LEAK = rule(
  { id: "leak", tools: ["send"], when: '"secret" in session.labels && args.to == "out"', decide: "deny" },
  { holds: ({ to }, labels) => labels.includes("secret") && to === "out" },
);
const TAINTED = rule(
  {
    id: "tainted",
    tools: ["pay"],
    when: '"untrusted" in session.labels',
    decide: "require_approval",
    approval: { by: BY_LEAD, quorum: 1 },
  },
  { holds: (_, labels) => labels.includes("untrusted") },
);
const CALM = rule(
  { id: "calm", tools: ["ping"], when: '"alarmed" in session.labels', decide: "deny" },
  { holds: (_, labels) => labels.includes("alarmed") },
);
const ALARM = rule({ id: "alarm", tools: ["fire"], decide: "deny", labels: ["alarmed"] });
const PAYMENTS = rule(
  { id: "payments", tools: ["pay", "ping"], decide: "require_approval", approval: { by: BY_LEAD, quorum: 1, expires: "10m" } },
  { expires: 10 * MINUTE },
);

const rest = [RUDE, LONG, LEAK, TAINTED, CALM, ALARM] as const;

const RULES: Readonly<Record<Version, readonly ModelRule[]>> = {
  base: [PINGS, sends("require_approval", 1), ...rest],
  two: [PINGS, sends("require_approval", 2), ...rest],
  shut: [PINGS, sends("deny"), ...rest, PAYMENTS],
  open: [PINGS, sends("allow"), ...rest],
};

const SET = { id: "trim", tools: ["send"], when: 'args.body == "wide"', set: { "args.body": '"long"' } };
const CAP = { id: "cap", tools: ["pay", "ping"], per: "principal.id", window: "1h", amount: "args.amount", max: 100, decide: "deny" };

/** What a tool's results put on the session. */
export const LABELS: Readonly<Partial<Record<Tool, string>>> = { look: "untrusted", file: "secret" };

/** The policy as a file. */
export function policyOf(version: Version): Policy {
  const tools = {
    look: { effect: "read", trust: "untrusted" },
    file: { effect: "read", labels: ["secret"] },
    send: { effect: "side_effect", destination: "none" },
    pay: { effect: "side_effect", destination: "none" },
    ping: { effect: "side_effect", destination: "none", idempotent: true },
    fire: { effect: "side_effect", destination: "none" },
  };
  const rules = [SET, ...RULES[version].map(({ text }) => text)];
  return loadPolicy(JSON.stringify({ version: 1, name: version, tools, rules, limits: [CAP] }));
}

/** What is decided. */
export interface Ruling {
  readonly decision: RuleText["decide"];
  readonly rules: readonly string[];
  readonly asks: readonly ModelRule[];
  readonly puts: readonly string[];
}

/** Deny over require_approval over allow over defaults; `used` is what the limit counted in its window. */
export function decide(version: Version, tool: Tool, args: Args, labels: readonly string[], used: number): Ruling {
  const matching = RULES[version].filter(({ text, holds }) => text.tools.includes(tool) && holds(args, labels));
  const over = isCapped(tool) && used + args.amount > CAP.max;
  const puts = matching.flatMap(({ text }) => text.labels ?? []);
  const at = (decision: RuleText["decide"]): readonly ModelRule[] => matching.filter(({ text }) => text.decide === decision);
  const rules = (of: readonly ModelRule[]): readonly string[] => of.map(({ text }) => text.id);
  const [denies, asks, allows] = [at("deny"), at("require_approval"), at("allow")];
  if (denies.length > 0 || over) return { decision: "deny", rules: [...rules(denies), ...(over ? [CAP.id] : [])], asks: [], puts };
  if (asks.length > 0) return { decision: "require_approval", rules: rules(asks), asks, puts };
  return { decision: "allow", rules: allows.length > 0 ? rules(allows) : ["default:read"], asks: [], puts };
}

/** What the `set` rule makes of args. */
export function setArgs(tool: Tool, args: Args): Args {
  return tool === "send" && args.body === "wide" ? { ...args, body: "long" } : args;
}

/** Whether the limit counts a tool, and over which time. */
export function isCapped(tool: Tool): boolean {
  return tool === "pay" || tool === "ping";
}
export const WINDOW: number = 60 * MINUTE;

/** What tells one text of a rule from another. */
export function keyOf({ text }: ModelRule): string {
  return `${text.id}*${text.approval?.quorum ?? 0}`;
}

/** The rule with a key. */
export function ruleWith(key: string): ModelRule {
  const found = Object.values(RULES).flatMap((rules) => rules.filter((rule) => keyOf(rule) === key))[0];
  if (found === undefined) throw new Error(`there is no rule \`${key}\``);
  return found;
}

/** The fields in which args differ. */
export function changes(before: Args | null, after: Args): readonly (keyof Args)[] {
  return (["to", "body", "amount"] as const).filter((field) => before?.[field] !== after[field]);
}
