import type { Draw } from "../random.ts";
import { CHOICE_VALUES, globOf, NUMBERS_END, PATH_STARTS, REFERENCE_ENDS, REFERENCE_STARTS, type ToolSchema } from "./schema.ts";
import type { Effect, RuleSpec, Test } from "./workload.ts";

/** The labels that a session may have. */
export const LABELS: readonly string[] = ["untrusted", "customer_data", "financial", "personal", "external_mail", "legal_hold"];
export const TENANTS: readonly string[] = ["acme", "globex", "initech", "umbrella"];
export const ROLES: readonly string[] = ["support", "lead", "finance", "legal", "sales", "ops"];

/** Of ten rules. */
const EFFECTS: readonly Effect[] = [
  "allow",
  "allow",
  "allow",
  "allow",
  "allow",
  "deny",
  "deny",
  "deny",
  "require_approval",
  "require_approval",
];

/** Rules in turn about one tool after the other: one to three tests each, half of them about the principal too. */
export function drawRules(draw: Draw, schemas: readonly ToolSchema[], count: number, globs: number): readonly RuleSpec[] {
  const effects = draw.shuffled(Array.from({ length: count }, (_, at) => EFFECTS[at % EFFECTS.length] ?? "deny"));
  return effects.map((effect, at) => {
    const schema = schemas[at % schemas.length];
    if (schema === undefined) throw new Error("there are no tools to make rules about");
    const selector = at % 10 < globs ? globOf(schema.name) : schema.name;
    const tools = selector === schema.name ? [selector] : schemas.map(({ name }) => name).filter((name) => globOf(name) === selector);
    return { id: `r${at}`, selector, tools, effect, tests: drawTests(draw, schema, at % 2 === 0) };
  });
}

function drawTests(draw: Draw, schema: ToolSchema, aboutPrincipal: boolean): readonly Test[] {
  const tests = draw.some(TESTS, 1 + draw.below(3)).map((make) => make(draw, schema));
  return aboutPrincipal ? draw.shuffled([...tests, drawPrincipalTest(draw)]) : tests;
}

const TESTS: readonly ((draw: Draw, schema: ToolSchema) => Test)[] = [
  (draw, { choices }) => ({ kind: "equals", field: draw.oneOf(choices), value: draw.oneOf(CHOICE_VALUES) }),
  (draw, { paths }) => ({ kind: "prefix", field: draw.oneOf(paths), value: `${draw.oneOf(PATH_STARTS)}/` }),
  (draw, { numbers }) => ({
    kind: draw.oneOf(["above", "below"] as const),
    field: draw.oneOf(numbers),
    value: Math.round(NUMBERS_END * (0.2 + 0.6 * draw.fraction())),
  }),
  (draw, { choices }) => ({ kind: "listed", field: draw.oneOf(choices), values: draw.some(CHOICE_VALUES, 3) }),
  (draw, { references }) => ({
    kind: "pattern",
    field: draw.oneOf(references),
    start: draw.oneOf(REFERENCE_STARTS),
    end: draw.oneOf(REFERENCE_ENDS),
  }),
  (draw) => ({ kind: "label", label: draw.oneOf(LABELS) }),
];

function drawPrincipalTest(draw: Draw): Test {
  return draw.below(3) === 0 ? { kind: "tenant", tenant: draw.oneOf(TENANTS) } : { kind: "role", role: draw.oneOf(ROLES) };
}
