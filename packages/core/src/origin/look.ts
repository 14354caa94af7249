import { undoMarkup } from "./encoding.ts";
import { fold } from "./fold.ts";
import type { Likeness } from "./likeness.ts";

/** How often what was escaped is undone. */
const LAYERS = 2;

/** What a folded text looks like to a reader, with its escapes undone as often as anybody would. */
export function lookOf(likeness: Likeness, folded: string): string {
  let look = likeness.of(folded);
  for (let layer = 0; layer < LAYERS; layer++) {
    const plain = undoMarkup(look);
    if (plain === look) break;
    look = likeness.of(fold(plain));
  }
  return look;
}
