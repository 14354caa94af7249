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

/** Makes a custom detector ready; throws SallyportError `invalid-policy` for a pattern that is none. */
export function compileCustom({ name, kind, pattern }: CustomPattern): CustomDetector {
  const compiled = compilePattern(name, pattern);
  const find = (text: string, report: Report): void => {
    const matcher = compiled.matcher(text);
    while (matcher.find()) if (matcher.end() > matcher.start()) report(kind, matcher.start(), matcher.end(), 1);
  };
  return Object.assign(find, { detector: name });
}

function compilePattern(name: string, pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.MULTILINE);
  } catch (cause) {
    throw new SallyportError("invalid-policy", `the pattern of detector \`${name}\` does not compile`, { cause });
  }
}
