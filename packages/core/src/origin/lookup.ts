import { keyedHash, NUMBER, WORD } from "./keyed-hash.ts";
import type { Scalar } from "./leaf.ts";
import { type Hashing, needleOf } from "./needle.ts";
import { NUMBERS } from "./print-format.ts";
import { Budget, findStanding, visit } from "./search.ts";
import { IS_NUMBER } from "./token.ts";
import type { Segment, TokenStore } from "./token-store.ts";

/** How a value stands in a text: as it is, in another form, as a part of the value, or encoded. */
export type How = "exact" | "alike" | "part" | "decoded";

/** A text in which a leaf stands. */
export interface Hit {
  readonly text: number;
  /** it stands in what the call's args said */
  readonly echo: boolean;
  readonly how: How;
}

/** Every text in which a leaf stands; a boolean or null stands nowhere. */
export function lookUp(store: TokenStore, leaf: Scalar, hashing: Hashing): readonly Hit[] {
  const hits: Hit[] = [];
  const budget = new Budget();
  const found = ({ text, echo }: Segment): void => {
    hits.push({ text, echo, how: "exact" });
  };
  if (typeof leaf === "string") findStanding(store, needleOf(leaf, hashing), budget, found);
  if (typeof leaf === "number") findNumber(store, leaf, hashing, budget, found);
  return hits;
}

function findNumber(store: TokenStore, value: number, { hashKey }: Hashing, budget: Budget, found: (segment: Segment) => void): void {
  // -0 is 0, and is written so
  const written = String(value);
  visit(store, keyedHash(hashKey, WORD, written), budget, found, (position) => (store.flags(position) & IS_NUMBER) !== 0);
  visit(store, keyedHash(hashKey, NUMBER, written), budget, found, (_, { kind }) => kind === NUMBERS);
}
