import { SallyportError } from "../error.ts";
import { buildPolicy } from "./build/policy.ts";
import type { Policy } from "./policy.ts";
import { isRune, translate } from "./rune/translation.ts";
import type { RuneTranslation } from "./rune/translation.ts";
import { readDocument } from "./text/document.ts";
import { collectProblems } from "./text/problems.ts";
import type { Report } from "./text/problems.ts";
import { valueOf } from "./text/written.ts";
import type { Written } from "./text/written.ts";

/** Where a policy's text is from. */
export interface LoadOptions {
  /** named in messages and kept in the policy */
  readonly file?: string;
}

/**
 * Loads a policy strictly, a native one or one of the Rune dialect, which says version `1.0`.
 *
 * @throws SallyportError `invalid-policy` with everything that is wrong in `problems`, and as `file:line:column: message` lines in its message; nothing loads then.
 */
export function loadPolicy(text: string, options: LoadOptions = {}): Policy {
  return load(text, options, (root, report) => {
    const native = isRune(root) ? translate(root, report)?.written : root;
    return native === undefined ? undefined : buildPolicy(native, text, options.file, report);
  });
}

/**
 * Translates a Rune file: a native file that holds the translation's document decides alike.
 *
 * @throws SallyportError `invalid-policy` like `loadPolicy`, also for a file that is not of the Rune dialect.
 */
export function translateRune(text: string, options: LoadOptions = {}): RuneTranslation {
  return load(text, options, (root, report) => {
    if (!isRune(root))
      return report((valueOf(root, "version") ?? root).at, "this is no Rune file, whose version is `1.0`; a native policy needs no import");
    const translated = translate(root, report);
    if (translated === undefined) return undefined;
    const { written, ...translation } = translated;
    buildPolicy(written, text, options.file, report);
    return translation;
  });
}

/** Reads a text and makes something of it, or throws everything that is wrong. */
function load<T>(text: string, { file }: LoadOptions, make: (root: Written, report: Report) => T | undefined): T {
  const problems = collectProblems();
  const root = looksLikePath(text)
    ? problems.report({ line: 1, column: 1 }, "this looks like a path; hand over the file's text")
    : readDocument(text, problems.report);
  const made = root === undefined ? undefined : make(root, problems.report);
  const found = problems.list();
  if (made !== undefined && found.length === 0) return made;
  const lines = found.map(({ line, column, message }) => `${file ?? "policy"}:${line}:${column}: ${message}`);
  throw new SallyportError("invalid-policy", lines.join("\n"), { problems: found });
}

/** Whether somebody handed over a file's name: no policy ends so on its only line. */
function looksLikePath(text: string): boolean {
  return /^[^\r\n#{}]+\.(?:ya?ml|json)\s*$/i.test(text) && !/:\s/.test(text);
}
