import type { JsonObject } from "../../value.ts";
import { checkShape } from "../format/conformity.ts";
import type { Position, Report } from "../text/problems.ts";
import { itemsOf, textOf, valueOf } from "../text/written.ts";
import type { Written, WrittenEntry } from "../text/written.ts";
import { allowedBy, gatherFile } from "./file.ts";
import { fileFormat, SCANNERS } from "./format.ts";
import { writeJson } from "./written-json.ts";
import type { PlaceOf } from "./written-json.ts";
import { readRule } from "./rule.ts";
import type { RuneRule } from "./rule.ts";
import { statementsOf } from "./statement.ts";
import type { Statement } from "./statement.ts";

/** Where a native statement comes from. */
export interface RuneOrigin {
  /** of the native statement */
  readonly id: string;
  /** the name of the Rune rule */
  readonly rule: string;
  /** what the rule is: `scanner: pii`, `type: rate_limit` */
  readonly kind: string;
  readonly action: string;
  readonly direction?: string;
  /** the line of the Rune file on which the rule begins */
  readonly line: number;
}

/** A Rune file in the native words. */
export interface RuneTranslation {
  /** what would stand in a native file that decides alike */
  readonly document: JsonObject;
  /** for each rule and limit of it, in their order, the Rune rule that it comes from */
  readonly origins: readonly RuneOrigin[];
  /** what the file says that it is for */
  readonly description?: string;
}

/** A translation with the places of what it was made from. */
export interface WrittenTranslation extends RuneTranslation {
  /** the document; what stands in it has the place of the Rune rule that it comes from */
  readonly written: Written;
}

const FILE = "a Rune policy (version `1.0`; a native one has version `1`)";

/** No catalog: all tools are unclassified and all calls external, and what no rule denies is allowed. */
const DEFAULTS = { read: "allow", write: "allow", side_effect: "allow", unclassified: "allow", external: "allow", credential: "allow" };

/** Whether a file is of the Rune dialect: its version is written `1.0`, quoted or not, and then every key means something else. */
export function isRune(root: Written): boolean {
  const version = valueOf(root, "version");
  return version?.kind === "scalar" && (textOf(version) ?? version.source) === "1.0";
}

/** Translates a Rune file; undefined where something in it is wrong. */
export function translate(root: Written, report: Report): WrittenTranslation | undefined {
  let sound = true;
  const watched: Report = (at, message) => {
    sound = false;
    return report(at, message);
  };
  checkFile(root, watched);
  const written = itemsOf(valueOf(root, "rules"));
  const rules = written.flatMap((rule, index) => readRule(rule, index, watched) ?? []);
  checkNames(written, watched);
  checkLists(rules, watched);
  return sound ? compose(root, rules) : undefined;
}

function checkFile(root: Written, report: Report): void {
  if (root.kind !== "map") return checkShape(root, fileFormat, FILE, report);
  const entries = root.entries.flatMap((entry): readonly WrittenEntry[] => {
    if (entry.key === "version") return [];
    return [entry.key === "rules" && entry.value.kind === "list" ? { ...entry, value: emptied(entry.value) } : entry];
  });
  checkShape({ ...root, entries }, fileFormat, FILE, report);
}

/** A list with nothing in its items: each rule is checked by itself. */
function emptied(list: Extract<Written, { kind: "list" }>): Written {
  return { ...list, items: list.items.map(({ at }) => ({ kind: "map", at, entries: [] })) };
}

function checkNames(rules: readonly Written[], report: Report): void {
  const seen = new Map<string, Position>();
  for (const name of rules.flatMap((rule) => valueOf(rule, "name") ?? [])) {
    const text = textOf(name);
    const first = text === undefined ? undefined : seen.get(text);
    if (first !== undefined) report(name.at, `the name \`${text ?? ""}\` is used twice: first on line ${first.line}; rename one`);
    else if (text !== undefined) seen.set(text, name.at);
  }
}

/** How many lists of allowed tools a file may have: each is compared with all of them. */
const MOST_LISTS = 20;

function checkLists(rules: readonly RuneRule[], report: Report): void {
  const tooMany = rules.filter((rule) => rule.action === "block" && allowedBy(rule) !== undefined)[MOST_LISTS];
  if (tooMany !== undefined)
    report(tooMany.at, `more than ${MOST_LISTS} rules list allowed tools, and each allows what the others do; put them in one list`);
}

function compose(root: Written, rules: readonly RuneRule[]): WrittenTranslation {
  const file = gatherFile(rules);
  const statements = rules.flatMap((rule) => statementsOf(rule, file));
  const sections = {
    rules: statements.filter(({ section }) => section === "rules"),
    limits: statements.filter(({ section }) => section === "limits"),
  };
  const description = textOf(valueOf(root, "description"));
  const document = {
    version: 1,
    name: textOf(valueOf(root, "name")) ?? "rune-policy",
    defaults: DEFAULTS,
    ...(file.detectors.size === 0
      ? {}
      : { detectors: Object.fromEntries([...file.detectors].map(([pattern, name]) => [name, { pattern }])) }),
    ...(sections.rules.length === 0 ? {} : { rules: sections.rules.map(({ fields }) => fields) }),
    ...(sections.limits.length === 0 ? {} : { limits: sections.limits.map(({ fields }) => fields) }),
  };
  const placeOf: PlaceOf = ([section, index, key]) => {
    const statement = section === "rules" || section === "limits" ? sections[section][Number(index)] : undefined;
    if (statement === undefined) return root.at;
    return key === "id" ? statement.rule.nameAt : statement.rule.at;
  };
  return {
    document,
    written: writeJson(document, placeOf),
    origins: [...sections.rules, ...sections.limits].map(originOf),
    ...(description === undefined ? {} : { description }),
  };
}

function originOf({ rule: { name, kind, action, direction, at }, fields: { id } }: Statement): RuneOrigin {
  const key = SCANNERS.some((scanner) => scanner === kind) ? "scanner" : "type";
  return { id, rule: name, kind: `${key}: ${kind}`, action, ...(direction === undefined ? {} : { direction }), line: at.line };
}
