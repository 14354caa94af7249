/**
 * The words of a name or a text, in lower case: `GmailSendEmail`, `send_email`, `mail.send-email` and `IPv4Address` are cut
 * where case, digits or separators change.
 */
export function wordsOf(text: string): readonly string[] {
  return text
    .normalize("NFKC")
    .replaceAll(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1 $2")
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replaceAll(/(\p{L})(\p{N})/gu, "$1 $2")
    .replaceAll(/(\p{N})(\p{L})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** The base forms that a word may be of: `sends`, `sending`, `replies` are `send` and `reply`; the word itself comes first. */
export function basesOf(word: string): readonly string[] {
  const bases = [word];
  if (word.endsWith("ies")) bases.push(`${word.slice(0, -3)}y`);
  if (word.endsWith("es")) bases.push(word.slice(0, -2));
  if (word.endsWith("s") && !word.endsWith("ss")) bases.push(word.slice(0, -1));
  if (word.endsWith("ing")) bases.push(word.slice(0, -3), `${word.slice(0, -3)}e`, word.slice(0, -4));
  return bases;
}

/** The first of the words that is in the list, in one of its forms. */
export function findWord(words: readonly string[], list: ReadonlySet<string>): string | undefined {
  return words.find((word) => basesOf(word).some((base) => list.has(base)));
}

/** Whether one of the words is in the list, in one of its forms. */
export function hasWord(words: readonly string[], list: ReadonlySet<string>): boolean {
  return findWord(words, list) !== undefined;
}

/** A list of words, written as a text. */
export function listed(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ""));
}

/** The sentences of a text, each as its words. */
export function sentencesOf(text: string): readonly (readonly string[])[] {
  return text
    .split(/(?<=[.!?])\s+|\n+/)
    .map(wordsOf)
    .filter((words) => words.length > 0);
}
