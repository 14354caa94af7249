import type { Draw } from "../random.ts";
import { byTool } from "./peers/by-tool.ts";
import { compileClosures } from "./peers/closures.ts";
import { LABELS, ROLES, TENANTS } from "./rule-set.ts";
import { drawArgs, drawPath, drawReference, NUMBERS_END, type ToolSchema } from "./schema.ts";
import type { Effect, PlainRequest, Principal, RuleSpec, Test } from "./workload.ts";

interface Wanted {
  readonly decision: Effect;
  /** whether a rule decides it, not only the default */
  readonly byRule: boolean;
}

/** What is asked for: of ten requests. */
const WANTED: readonly Wanted[] = [
  ...Array.from({ length: 5 }, () => ({ decision: "allow", byRule: true }) as const),
  ...Array.from({ length: 2 }, () => ({ decision: "deny", byRule: true }) as const),
  { decision: "deny", byRule: false },
  ...Array.from({ length: 2 }, () => ({ decision: "require_approval", byRule: true }) as const),
];

/** Twenty kinds of principals, ten of each. */
const KINDS = 20;
const PRINCIPALS = 200;

/** Draws requests of which half are allowed, three of ten denied (two by a rule) and two of ten need approval. */
export function drawRequests(
  draw: Draw,
  schemas: readonly ToolSchema[],
  rules: readonly RuleSpec[],
  count: number,
  traffic: "even" | "skewed",
): readonly PlainRequest[] {
  const drawing = { draw, schemas, principals: drawPrincipals(draw), pick: picker(draw, schemas, traffic), rulesOf: byTool(rules) };
  const decide = compileClosures(rules);
  const unruled: Wanted = { decision: "deny", byRule: false };
  const wanted = draw.shuffled(Array.from({ length: count }, (_, at) => WANTED[at % WANTED.length] ?? unruled));
  return wanted.map(({ decision, byRule }) => {
    for (let attempt = 0; attempt < 100_000; attempt++) {
      const request = drawRequest(drawing, decision, byRule);
      const answer = decide(request);
      if (answer.decision === decision && answer.rules.length > 0 === byRule) return request;
    }
    throw new Error(`no request could be drawn whose decision is \`${decision}\``);
  });
}

interface Drawing {
  readonly draw: Draw;
  readonly principals: readonly Principal[];
  readonly pick: () => ToolSchema;
  readonly rulesOf: ReadonlyMap<string, readonly RuleSpec[]>;
}

/** A request for any tool; where a rule shall decide, one of the tool's rules is met. */
function drawRequest({ draw, principals, pick, rulesOf }: Drawing, decision: Effect, byRule: boolean): PlainRequest {
  const schema = pick();
  const request = { tool: schema.name, args: drawArgs(draw, schema), principal: draw.oneOf(principals), labels: drawLabels(draw) };
  const fitting = (rulesOf.get(schema.name) ?? []).filter(({ effect }) => effect === decision);
  return byRule && fitting.length > 0 ? meet(draw, request, draw.oneOf(fitting).tests, principals) : request;
}

function meet(draw: Draw, request: PlainRequest, tests: readonly Test[], principals: readonly Principal[]): PlainRequest {
  return tests.reduce((met, test) => meetOne(draw, met, test, principals), request);
}

function meetOne(draw: Draw, request: PlainRequest, test: Test, principals: readonly Principal[]): PlainRequest {
  const put = (field: string, value: string | number): PlainRequest => ({ ...request, args: { ...request.args, [field]: value } });
  switch (test.kind) {
    case "equals":
      return put(test.field, test.value);
    case "prefix":
      return put(test.field, drawPath(draw, test.value.slice(0, -1)));
    case "above":
      return put(test.field, test.value + 1 + draw.below(NUMBERS_END - test.value));
    case "below":
      return put(test.field, draw.below(test.value));
    case "listed":
      return put(test.field, draw.oneOf(test.values));
    case "pattern":
      return put(test.field, drawReference(draw, test.start, test.end));
    case "label":
      return { ...request, labels: [...new Set([...request.labels, test.label])].sort() };
    case "tenant":
      return { ...request, principal: draw.oneOf(principals.filter(({ tenant }) => tenant === test.tenant)) };
    case "role":
      return { ...request, principal: draw.oneOf(principals.filter(({ roles }) => roles.includes(test.role))) };
  }
}

function drawLabels(draw: Draw): readonly string[] {
  return [...draw.some(LABELS, draw.below(4))].sort();
}

function drawPrincipals(draw: Draw): readonly Principal[] {
  const kinds = Array.from({ length: KINDS }, (_, at) => ({
    tenant: TENANTS[at % TENANTS.length] ?? "",
    roles: [...new Set([ROLES[at % ROLES.length] ?? "", ...draw.some(ROLES, draw.below(3))])].sort(),
  }));
  return Array.from({ length: PRINCIPALS }, (_, at) => ({ id: `user-${at}`, tenant: "", roles: [], ...kinds[at % KINDS] }));
}

/** Picks tools evenly, or the nth as often as 1/n of the first. */
function picker(draw: Draw, schemas: readonly ToolSchema[], traffic: "even" | "skewed"): () => ToolSchema {
  if (traffic === "even") return () => draw.oneOf(schemas);
  const ranked = draw.shuffled(schemas);
  const sums: number[] = [];
  for (let rank = 1; rank <= ranked.length; rank++) sums.push((sums.at(-1) ?? 0) + 1 / rank);
  return () => {
    const point = draw.fraction() * (sums.at(-1) ?? 0);
    return ranked[sums.findIndex((sum) => sum > point)] ?? draw.oneOf(schemas);
  };
}
