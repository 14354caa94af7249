import { SallyportError } from "../error.ts";
import { CharacterClasses } from "./character.ts";
import { parseHashKey } from "./keyed-hash.ts";
import { Likeness } from "./likeness.ts";
import type { LookupKit } from "./lookup.ts";
import { readPrint } from "./print-format.ts";
import type { TextSource } from "./source.ts";
import { TokenStore } from "./token-store.ts";

/** The texts of a session by their prints, in order of time. */
export class OriginIndex {
  readonly tokens: TokenStore = new TokenStore();
  /** what looking up needs besides */
  readonly kit: LookupKit;
  readonly #sources: TextSource[] = [];

  /** A key of 32 hex digits: the one that the prints were made with. */
  constructor(key: string) {
    this.kit = { hashKey: parseHashKey(key), classes: new CharacterClasses(), likeness: new Likeness() };
  }

  /** How many texts were added. */
  get size(): number {
    return this.#sources.length;
  }

  /** The source of a text by its number. */
  source(text: number): TextSource {
    const source = this.#sources[text];
    if (source === undefined) throw new SallyportError("invalid-input", `there is no text ${text}`);
    return source;
  }

  /**
   * Adds a text by its print; of a result also the print of the call's args (`echoOf`), since what it echoes of them
   * proves nothing. A print that cannot be read is a fault (`invalid-input`).
   */
  add(source: TextSource, print: string, echoed?: string): void {
    // both are read before anything is added: half a text would be taken for the next one
    const [text, args] = [readPrint(print), echoed === undefined ? undefined : readPrint(echoed)];
    if (args !== undefined) this.tokens.append(args, this.size, true);
    this.tokens.append(text, this.size, false);
    this.#sources.push(source);
  }

  /** Marks one result as trusted from now on: an approver endorsed it. A call without a result changes nothing. */
  endorse(call: string): void {
    for (const [text, source] of this.#sources.entries())
      if (source.kind === "result" && source.call === call) this.#sources[text] = { ...source, trusted: true };
  }
}
