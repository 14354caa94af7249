import { bareVerbOf } from "./verb.ts";
import { wordsOf } from "./words.ts";

/**
 * The words that a name begins with because of the toolkit that it comes from: `Gmail` of `GmailSendEmail`. They are
 * shared with most of the tools that share any.
 */
export function toolkitOf(name: string, names: readonly string[]): readonly string[] {
  const words = wordsOf(name);
  if (bareVerbOf(words[0] ?? "") !== undefined) return [];
  const all = names.map(wordsOf);
  const sharing = words.map((_, index) => all.filter((other) => words.slice(0, index + 1).every((word, at) => other[at] === word)).length);
  if ((sharing[0] ?? 0) < 2) return [];
  const end = sharing.findIndex((count) => count < (sharing[0] ?? 0));
  // a verb that all of them share is what they do, not where they come from
  const verb = words.findIndex((word) => bareVerbOf(word)?.nounToo === false);
  return words.slice(0, Math.min(end < 0 ? words.length : end, verb < 0 ? words.length : verb, words.length - 1));
}
