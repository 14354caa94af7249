import { SallyportError } from "../error.ts";
import { buildPolicy } from "./build/policy.ts";
import type { Policy } from "./policy.ts";
import { readDocument } from "./text/document.ts";
import { collectProblems } from "./text/problems.ts";
import type { Report } from "./text/problems.ts";
import { textOf, valueOf } from "./text/written.ts";
import type { Written } from "./text/written.ts";

/** Where a policy's text is from. */
export interface LoadOptions {
  /** named in messages and kept in the policy */
  readonly file?: string;
}

/**
 * Loads a policy strictly.
 *
 * @throws SallyportError `invalid-policy` with everything that is wrong in `problems`, and as `file:line:column: message` lines in its message; nothing loads then.
 */
export function loadPolicy(text: string, options: LoadOptions = {}): Policy {
  const problems = collectProblems();
  const root = looksLikePath(text)
    ? problems.report({ line: 1, column: 1 }, "this looks like a path; hand over the file's text")
    : readDocument(text, problems.report);
  const policy =
    root === undefined || isRuneDialect(root, problems.report) ? undefined : buildPolicy(root, text, options.file, problems.report);
  const found = problems.list();
  if (policy !== undefined && found.length === 0) return policy;
  const lines = found.map(({ line, column, message }) => `${options.file ?? "policy"}:${line}:${column}: ${message}`);
  throw new SallyportError("invalid-policy", lines.join("\n"), { problems: found });
}

/** Whether somebody handed over a file's name: no policy ends so on its only line. */
function looksLikePath(text: string): boolean {
  return /^[^\r\n#{}]+\.(?:ya?ml|json)\s*$/i.test(text) && !/:\s/.test(text);
}

/** Whether the version is written `1.0`, quoted or not: then every key means something else, and nothing more is said about it. */
function isRuneDialect(root: Written, report: Report): boolean {
  const version = valueOf(root, "version");
  const isRune = version?.kind === "scalar" && (textOf(version) ?? version.source) === "1.0";
  if (isRune) report(version.at, "the Rune dialect (version `1.0`) is not supported yet; write a native policy, with `version: 1`");
  return isRune;
}
