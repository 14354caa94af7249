import { Composer, Parser, isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Document, ParsedNode, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { indexLines } from "./lines.ts";
import type { Position, Report } from "./problems.ts";
import { inspectSyntax } from "./syntax.ts";
import { firstFault } from "./fault.ts";
import type { Written, WrittenEntry, WrittenScalar } from "./written.ts";

/** Ten thousand rules fit. */
const maxLength = 4 * 1_048_576;
/** How many values aliases may stand for, all together. */
const maxAliased = 100_000;

/** What is needed while one file is read. */
interface Reader {
  readonly text: string;
  readonly report: Report;
  readonly place: (offset: number) => Position;
  /** what an anchor stands for; `open` while it is being read */
  readonly anchors: Map<string, Anchored | "open">;
  /** values that were read, and those that aliases stand for */
  count: number;
  aliased: number;
}

interface Anchored {
  readonly written: Written;
  readonly count: number;
}

/** Reads YAML 1.2 (core schema; no tags, directives or merge keys) into values with their places; undefined where it is so broken that nothing can be checked. */
export function readDocument(source: string, report: Report): Written | undefined {
  const start = { line: 1, column: 1 };
  if (source.length > maxLength) return report(start, `a policy has at most 4 MiB of text, this one has ${source.length} characters`);
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source;
  const place = indexLines(text);
  const tokens = [...new Parser().parse(text)];
  const sound = inspectSyntax(tokens, (offset, message) => report(place(offset), message));
  if (!sound) return undefined;
  const [document, second] = [...new Composer({ uniqueKeys: false, stringKeys: true }).compose(tokens, true, text.length)];
  if (second !== undefined) return report(place(second.range[0]), "a policy is one YAML document; leave out what follows `---`");
  if (document === undefined || reportSyntax(document, place, report)) return undefined;
  if (document.contents === null) return report(start, "the policy is empty; start it with `version: 1`");
  return readNode(document.contents, { text, report, place, anchors: new Map(), count: 0, aliased: 0 });
}

function reportSyntax({ errors, warnings }: Document.Parsed, place: Reader["place"], report: Report): boolean {
  const fault = firstFault([...errors, ...warnings]);
  if (fault !== undefined) report(place(fault.offset), `broken YAML: ${fault.message}`);
  return fault !== undefined;
}

function readNode(node: ParsedNode, reader: Reader): Written | undefined {
  if (isAlias(node)) return readAlias(node.source, reader.place(node.range[0]), reader);
  const before = reader.count++;
  if (node.anchor !== undefined) reader.anchors.set(node.anchor, "open");
  const written = readContent(node, reader);
  if (node.anchor !== undefined) reader.anchors.set(node.anchor, { written, count: reader.count - before });
  return written;
}

function readContent(node: Scalar.Parsed | YAMLMap.Parsed | YAMLSeq.Parsed, reader: Reader): Written {
  const at = reader.place(node.range[0]);
  if (isSeq(node)) return { kind: "list", at, items: node.items.flatMap((item) => readNode(item, reader) ?? []) };
  if (isMap(node)) return { kind: "map", at, entries: readEntries(node, reader) };
  return readScalar(node, at, reader);
}

function readAlias(name: string, at: Position, reader: Reader): Written | undefined {
  const anchored = reader.anchors.get(name);
  if (anchored === undefined) return reader.report(at, `no \`&${name}\` stands before the alias \`*${name}\``);
  if (anchored === "open") return reader.report(at, `the alias \`*${name}\` stands within what it names; write it out`);
  reader.aliased += anchored.count;
  reader.count += anchored.count;
  if (reader.aliased <= maxAliased) return anchored.written;
  return reader.report(at, `the aliases stand for more than ${maxAliased} values; write less with them`);
}

function readEntries(map: YAMLMap.Parsed, reader: Reader): readonly WrittenEntry[] {
  const entries = new Map<string, WrittenEntry>();
  for (const { key: name, value } of map.items) {
    const key = isScalar(name) && typeof name.value === "string" ? name.value : "";
    const at = reader.place(name.range[0]);
    const problem = problemOfKey(key, entries.get(key));
    if (problem !== undefined) reader.report(at, problem);
    const written = value === null ? nothingAt(at) : readNode(value, reader);
    if (written !== undefined && problem === undefined) entries.set(key, { key, at, value: written });
  }
  return [...entries.values()];
}

function problemOfKey(key: string, first: WrittenEntry | undefined): string | undefined {
  if (first !== undefined) return `the key \`${key}\` stands here twice: first on line ${first.at.line}`;
  if (key === "__proto__") return "no key may be named `__proto__`; rename it";
  if (key === "<<") return "merge keys (`<<`) are not part of the format; write the keys out";
  return undefined;
}

function nothingAt(at: Position): WrittenScalar {
  return { kind: "scalar", at, value: null, style: "plain", source: "" };
}

const styles = {
  PLAIN: "plain",
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
} as const;

function readScalar({ value, type, range }: Scalar.Parsed, at: Position, { text, report }: Reader): WrittenScalar {
  const source = text.slice(range[0], range[1]);
  const style = styles[type ?? "PLAIN"];
  if (typeof value === "string" && /\p{Surrogate}/u.test(value))
    report(at, "the text has half of a surrogate pair; write the whole character");
  if (value === null || typeof value === "boolean" || typeof value === "string") return { kind: "scalar", at, value, style, source };
  if (typeof value === "number" && Number.isFinite(value)) return { kind: "scalar", at, value, style, source };
  report(at, `\`${source}\` is not a number that JSON has; write a finite one`);
  return { kind: "scalar", at, value: null, style, source };
}
