/**
 * Strings and comments; runs of unary operators; and what the parser does not know:
 * names in backticks, numbers without a leading digit, form feeds.
 */
const LEXEME = new RegExp(
  [
    /[rR](?:"""[^]*?"""|'''[^]*?'''|"[^"\n]*"|'[^'\n]*')/,
    /"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''/,
    /"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'/,
    /\/\/[^\n]*/,
    /[!-](?:\s*[!-])*/,
    /`[A-Za-z0-9_./ -]+`/,
    /(?<!\w)\.[0-9]+(?:[eE][+-]?[0-9]+)?/,
    /\f/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);

/** The length of the longest run of unary operators, whose nesting the parser does not limit. */
export function longestUnaryRun(source: string): number {
  const runs = Array.from(source.matchAll(LEXEME), ([text]) => text).filter((text) => /^[!-]/.test(text));
  return Math.max(0, ...runs.map((run) => run.length));
}

/** The source as the parser can read it: what it does not know becomes a name or white space of the same length, so that offsets stay. */
export function readable(source: string): string {
  return source.replace(LEXEME, (text) => (/^[`.]/.test(text) ? "_".repeat(text.length) : text === "\f" ? " " : text));
}

/** The name that stands in the source between two offsets, in backticks or not. */
export function nameAt(source: string, start: number, end: number): string {
  return source[start] === "`" ? source.slice(start + 1, end - 1) : source.slice(start, end);
}

/** The number without a leading digit that stands in the source between two offsets, if one does. */
export function numberAt(source: string, start: number, end: number): number | undefined {
  return source[start] === "." ? Number(source.slice(start, end)) : undefined;
}
