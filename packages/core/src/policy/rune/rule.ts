import { checkShape } from "../format/conformity.ts";
import { severities } from "../format/selector-keys.ts";
import { listWords } from "../format/shape.ts";
import type { Severity } from "../policy.ts";
import type { Position, Report } from "../text/problems.ts";
import { choiceOf, entryOf, numberOf, textOf, textsOf, valueOf } from "../text/written.ts";
import type { Written, WrittenMap } from "../text/written.ts";
import { ACTIONS, DIRECTIONS, ruleFormat, SCANNERS, SUBJECTS, TYPES } from "./format.ts";
import type { RuneKind } from "./format.ts";
import { detectorOf } from "./pattern.ts";

/** One rule of a Rune file, of which nothing is wrong by itself. */
export interface RuneRule {
  readonly name: string;
  readonly nameAt: Position;
  readonly at: Position;
  readonly kind: RuneKind;
  readonly action: (typeof ACTIONS)[number];
  /** undefined: both */
  readonly direction?: (typeof DIRECTIONS)[number];
  readonly severity?: Severity;
  readonly description?: string;
  /** what its kind takes: texts by key, and numbers by key */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly counts: ReadonlyMap<string, number>;
}

/** Reads a rule and reports everything in which it is none; what it yields is worth something only where nothing was reported. */
export function readRule(written: Written, index: number, report: Report): RuneRule | undefined {
  const name = textOf(valueOf(written, "name"));
  const title = name === undefined ? `rule ${index + 1}` : `rule \`${name}\``;
  const kind = kindOf(written, title, report);
  checkShape(written, ruleFormat(kind), title, report);
  if (written.kind !== "map" || kind === undefined) return undefined;
  checkSubject(written, kind, title, report);
  checkParts(written, title, report);
  const action = choiceOf(valueOf(written, "action"), ACTIONS);
  if (name === undefined || action === undefined) return undefined;
  const [direction, severity, description] = [
    choiceOf(valueOf(written, "direction"), DIRECTIONS),
    choiceOf(valueOf(written, "severity"), severities),
    textOf(valueOf(written, "description")),
  ];
  return {
    name,
    nameAt: (valueOf(written, "name") ?? written).at,
    at: written.at,
    kind,
    action,
    ...(direction === undefined ? {} : { direction }),
    ...(severity === undefined ? {} : { severity }),
    ...(description === undefined ? {} : { description }),
    lists: new Map(written.entries.flatMap(({ key, value }) => pairOf(key, textsOf(value)))),
    counts: new Map(written.entries.flatMap(({ key, value }) => pairOf(key, numberOf(value)))),
  };
}

function pairOf<T>(key: string, value: T | undefined): readonly (readonly [string, T])[] {
  return value === undefined ? [] : [[key, value]];
}

/** What the rule is; a word that is none is reported with the rest of what is wrong. */
function kindOf(written: Written, title: string, report: Report): RuneKind | undefined {
  const [scanner, type] = [entryOf(written, "scanner"), entryOf(written, "type")];
  if (scanner !== undefined && type !== undefined) report(type.at, `${title} has a \`scanner\` and a \`type\`; leave one of them out`);
  if (written.kind === "map" && scanner === undefined && type === undefined)
    report(
      written.at,
      `${title} has neither \`scanner\` nor \`type\`; write \`scanner\` with ${listWords(SCANNERS)}, or \`type\` with ${listWords(TYPES)}`,
    );
  return choiceOf(scanner?.value, SCANNERS) ?? choiceOf(type?.value, TYPES);
}

/** A rule about tools names some; a list that has two names is named by one of them. */
function checkSubject(written: WrittenMap, kind: RuneKind, title: string, report: Report): void {
  const subjects = SUBJECTS[kind];
  if (subjects === undefined) return;
  const [first, second] = subjects.flatMap((key) => entryOf(written, key) ?? []);
  if (first === undefined) report(written.at, `${title} has no ${listWords(subjects)}; it is about nothing without`);
  if (second !== undefined && kind !== "tool_access")
    report(second.at, `${title} has \`${first?.key ?? ""}\` and \`${second.key}\`, which say the same; leave one of them out`);
}

/** A parameter as it stands at the top of a call's args. */
const PARAMETER = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;

/** What the lists hold beside texts: names of arguments, names and patterns of data. */
function checkParts(written: WrittenMap, title: string, report: Report): void {
  for (const item of partsOf(written, "blocked_parameters")) {
    const text = textOf(item);
    if (text !== undefined && text !== "" && !PARAMETER.test(text))
      report(item.at, `\`${text}\` in \`blocked_parameters\` of ${title} is no name of an argument: neither paths nor values stand there`);
  }
  for (const item of partsOf(written, "patterns")) {
    const found = detectorOf(textOf(item) ?? "");
    if (found.kind === "wrong" && textOf(item)?.trim()) report(item.at, `\`patterns\` of ${title}: ${found.says}`);
  }
}

function partsOf(written: WrittenMap, key: string): readonly Written[] {
  const list = valueOf(written, key);
  return list?.kind === "list" ? list.items : [];
}
