import { Draw } from "../random.ts";
import { drawRequests } from "./request-set.ts";
import { drawRules } from "./rule-set.ts";
import { drawSchemas } from "./schema.ts";
import type { PlainRequest, Recipe, Workload } from "./workload.ts";

/** Makes a workload: the same recipe makes the same one, in every process. */
export function generate({ rules: count, requests, seed, globs, traffic }: Recipe): Workload {
  const draw = new Draw(seed);
  const schemas = drawSchemas(draw, Math.max(10, count / 5));
  const rules = drawRules(draw, schemas, count, globs);
  const drawn = drawRequests(draw, schemas, rules, requests, traffic);
  // as a parser hands them over: texts that were put together are laid out otherwise
  const parsed: readonly PlainRequest[] = JSON.parse(JSON.stringify(drawn));
  return { tools: schemas.map(({ name }) => name), rules, requests: parsed };
}
