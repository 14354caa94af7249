import { TokenList } from "./token-list.ts";
import { TokenStore } from "./token-store.ts";

/** Who wrote a text: what is looked for differs. */
export type Shelf = "user" | "trusted" | "untrusted";

/** The words of texts by who wrote them, and apart from them those of the args that results may echo. */
export class Shelves implements Readonly<Record<Shelf, TokenStore>> {
  readonly user: TokenStore = new TokenStore();
  readonly trusted: TokenStore = new TokenStore();
  readonly untrusted: TokenStore = new TokenStore();
  readonly args: TokenList = new TokenList();

  /** How many bytes they hold, the separators aside. */
  get bytes(): number {
    return [this.user, this.trusted, this.untrusted, this.args].reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
