import { RE2JS } from "re2js";
import { SallyportError } from "../error.ts";
import type { Report } from "./probe.ts";

/** A detector of a policy's own: what its pattern finds is of its kind. */
export interface CustomPattern {
  readonly name: string;
  readonly kind: string;
  /** RE2 syntax, which is linear in the text; `^` and `$` stand at the ends of lines */
  readonly pattern: string;
}

/** Finds what a custom pattern matches; the empty match is none. */
export interface CustomDetector {
  (text: string, report: Report): void;
  readonly detector: string;
}

/** What is wrong with a pattern, to go on after its name; undefined: nothing. */
export function patternProblem(pattern: string): string | undefined {
  const compiled = compilePattern(pattern);
  if (typeof compiled === "string") return compiled;
  return compiled.matcher("").find() ? "matches the empty text, so it would find something everywhere" : undefined;
}

/** Makes a custom detector ready; throws SallyportError `invalid-policy` for a pattern that is none. */
export function compileCustom({ name, kind, pattern }: CustomPattern): CustomDetector {
  const compiled = compilePattern(pattern);
  if (typeof compiled === "string") throw new SallyportError("invalid-policy", `the pattern of detector \`${name}\` ${compiled}`);
  const find = (text: string, report: Report): void => {
    const matcher = compiled.matcher(text);
    while (matcher.find()) if (matcher.end() > matcher.start()) report(kind, matcher.start(), matcher.end(), 1);
  };
  return Object.assign(find, { detector: name });
}

/** A pattern made ready, or why it cannot be. */
function compilePattern(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern, RE2JS.MULTILINE);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace("error parsing regexp: ", "").replace("(?m)", "") : String(error);
    return `cannot be compiled: ${reason}`;
  }
}
