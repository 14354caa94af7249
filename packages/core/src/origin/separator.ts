import { type HashKey, keyedHash, WORD } from "./keyed-hash.ts";

const LONGEST = 64;
const EDGE = 24;

/** What stands between two words, in a bounded length: a longer run keeps its edges and a hash of the whole. */
export function separatorOf(key: HashKey, text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, EDGE)}\0${keyedHash(key, WORD, text)}\0${text.slice(-EDGE)}`;
}
