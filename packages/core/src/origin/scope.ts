import type { TokenList } from "./token-list.ts";
import type { TokenStore } from "./token-store.ts";

/** Where a value is looked for: some positions of a list of words, in order of time. */
export interface Scope {
  readonly tokens: TokenList;
  /** texts from this number on do not count */
  readonly until: number;
  /** its positions, the end exclusive */
  readonly start: number;
  readonly end: number;
  /** it holds what a call's args said */
  readonly isEcho: boolean;
  /** How often a word stands at most; 0: nowhere. */
  readonly count: (word: number) => number;
  /** The first position of a word; negative: none. */
  readonly first: (word: number) => number;
  /** The next position of a word after one where it stands. */
  readonly next: (word: number, position: number) => number;
}

/** The texts of a store before a number. */
export function textsOf(store: TokenStore, until: number): Scope {
  return {
    tokens: store.tokens,
    until,
    start: 0,
    end: store.length,
    isEcho: false,
    count: (word) => store.count(word),
    first: (word) => store.first(word),
    next: (_, position) => store.next(position),
  };
}

/** What the args of one call said, between two positions: they are few words, and looked through one after another. */
export function echoIn(tokens: TokenList, start: number, end: number): Scope {
  const next = (word: number, from: number): number => {
    for (let at = from; at < end; at++) if (tokens.word(at) === word) return at;
    return -1;
  };
  return {
    tokens,
    until: Number.POSITIVE_INFINITY,
    start,
    end,
    isEcho: true,
    count: (word) => (next(word, start) < 0 ? 0 : 1),
    first: (word) => next(word, start),
    next: (word, position) => next(word, position + 1),
  };
}
