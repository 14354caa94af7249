import { typeOfSchema } from "../../condition/type.ts";
import type { Vocabulary } from "../../condition/vocabulary.ts";
import { compileSchema } from "../../json/schema.ts";
import { isObject } from "../../value.ts";
import type { JsonObject } from "../../value.ts";
import { toolFormat } from "../format/policy-format.ts";
import { effects } from "../format/selector-keys.ts";
import type { CatalogEntry } from "../policy.ts";
import type { Report } from "../text/problems.ts";
import { choiceOf, deepest, entriesOf, flagOf, plain, textOf, textsOf, valueOf } from "../text/written.ts";
import type { Written, WrittenEntry } from "../text/written.ts";
import { buildCondition } from "./condition.ts";
import type { CallScope } from "./statement.ts";
import { conforms, watch } from "./watch.ts";

/** Builds the catalog; undefined where something in it is wrong, so that nothing can be concluded from it. */
export function buildCatalog(tools: Written | undefined, vocabulary: Vocabulary, report: Report): readonly CatalogEntry[] | undefined {
  const entries = entriesOf(tools).map((entry) => buildEntry(entry, vocabulary, report));
  const sound = entries.filter((entry) => entry !== undefined);
  return sound.length === entries.length ? sound : undefined;
}

function buildEntry({ key, value: written }: WrittenEntry, vocabulary: Vocabulary, report: Report): CatalogEntry | undefined {
  const watched = watch(report);
  const input = buildInput(valueOf(written, "input"), key, watched.report);
  const scope = { vocabulary, ...(input === undefined ? {} : { args: typeOfSchema(input) }) };
  const facts = buildFacts(written, key, scope, watched.report);
  const effect = choiceOf(valueOf(written, "effect"), effects);
  if (effect === undefined || !watched.isClean() || !conforms(written, toolFormat)) return undefined;
  return {
    key,
    effect,
    trust: choiceOf(valueOf(written, "trust"), ["trusted", "untrusted"]) ?? "trusted",
    labels: textsOf(valueOf(written, "labels")) ?? [],
    credential: flagOf(valueOf(written, "credential")) ?? false,
    idempotent: flagOf(valueOf(written, "idempotent")) ?? false,
    ...facts,
    input,
  };
}

/** The facts of a call that expressions yield. */
function buildFacts(written: Written, key: string, scope: CallScope, report: Report): Pick<CatalogEntry, "destination" | "resource"> {
  const stated = valueOf(written, "destination");
  const destination =
    textOf(stated) === "none"
      ? "none"
      : buildCondition(stated, { use: "destination", ...scope }, `\`destination\` of tool \`${key}\``, report);
  const resource = buildCondition(valueOf(written, "resource"), { use: "resource", ...scope }, `\`resource\` of tool \`${key}\``, report);
  return { destination, resource };
}

function buildInput(written: Written | undefined, key: string, report: Report): JsonObject | undefined {
  const input = written === undefined ? undefined : plain(written);
  if (written === undefined || !isObject(input)) return undefined;
  const compiled = compileSchema(input);
  if (compiled.ok) return input;
  for (const { path, message } of compiled.problems) report(deepest(written, path).at, `\`input\` of tool \`${key}\`: ${message}`);
  return undefined;
}
