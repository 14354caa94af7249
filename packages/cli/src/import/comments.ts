/** The comments of a file that can be kept: those of the whole, and those beside what begins on a line. */
export interface SourceComments {
  /** the lines with which the file begins */
  readonly head: readonly string[];
  /** what stands right above a line, and behind what is on it */
  of(line: number): readonly string[];
}

/** Finds comments by the lines of a file; what stands elsewhere is not kept. */
export function readComments(text: string): SourceComments {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const first = lines.findIndex((line) => !isComment(line));
  const head = lines.slice(0, Math.max(first, 0));
  return {
    head: head.map(saidIn),
    of(line) {
      let start = line - 1;
      while (start > head.length && isComment(lines[start - 1] ?? "")) start--;
      const behind = BEHIND.exec(lines[line - 1] ?? "")?.[1];
      return [...lines.slice(start, line - 1), ...(behind === undefined ? [] : [behind])].map(saidIn);
    },
  };
}

/** A line of a comment. */
export function writeComment(said: string): string {
  // whatever was written: a comment stays on its line
  const line = said.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, " ").trimEnd();
  return line === "" ? "#\n" : `# ${line}\n`;
}

/** A comment behind something without quotes, in which a `#` may be none. */
const BEHIND = /^[^#"']*\s(#.*)$/;

function isComment(line: string): boolean {
  return line.trimStart().startsWith("#");
}

function saidIn(comment: string): string {
  return comment.trim().replace(/^#+ ?/, "");
}
