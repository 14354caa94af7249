import type { Scalar } from "./leaf.ts";
import type { LookupKit } from "./pattern.ts";
import { type SoughtLeaf, soughtOf } from "./sought.ts";

/** How many leaves are kept, and how long they are at most: calls of one session often repeat short ones. */
const MOST = 256;
const LONGEST = 256;

/** What is looked for of leaves, kept with how far texts were looked through for it. */
export class SoughtLeaves {
  readonly #kit: LookupKit;
  readonly #known = new Map<Scalar, SoughtLeaf>();

  constructor(kit: LookupKit) {
    this.#kit = kit;
  }

  /** What is looked for of a leaf. */
  of(leaf: Scalar): SoughtLeaf {
    const known = this.#known.get(leaf);
    if (known !== undefined) return known;
    const sought = soughtOf(this.#kit, leaf);
    if (typeof leaf === "string" && leaf.length > LONGEST) return sought;
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(leaf, sought);
    return sought;
  }
}
