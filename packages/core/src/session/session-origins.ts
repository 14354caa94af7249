import { OriginIndex } from "../origin/origin-index.ts";
import { printer } from "../origin/print.ts";
import type { TextSource } from "../origin/source.ts";

/** A text that was seen, or a call that was vouched for. */
type Waiting = { readonly source: TextSource; readonly print: string; readonly echo: string | undefined } | { readonly endorsed: string };

/** What a session has seen: where values came from. Its texts are kept as prints under a key. */
export class SessionOrigins {
  readonly key: string;
  /** Makes the print of a text. */
  readonly print: (text: string) => string;
  /** how many of the parent's texts it inherited when it started */
  readonly inherited: number;
  readonly #index: OriginIndex;
  // few policies ask where values came from: what was seen is taken in when the first condition does, in order
  #waiting: Waiting[] = [];
  #texts = 0;

  constructor(key: string, inherited: number) {
    this.key = key;
    this.print = printer(key);
    this.inherited = inherited;
    this.#index = new OriginIndex(key);
  }

  /** How many texts it has seen. */
  get size(): number {
    return this.#texts;
  }

  /** Its texts, to be looked through; a print that cannot be read is a fault (`invalid-input`) every time. */
  get index(): OriginIndex {
    let taken = 0;
    try {
      for (const waiting of this.#waiting) {
        if ("endorsed" in waiting) this.#index.endorse(waiting.endorsed);
        else this.#index.add(waiting.source, waiting.print, waiting.echo);
        taken++;
      }
    } finally {
      // INVARIANT: a text that cannot be read still waits, and fails whoever asks: left out, it would pass for unseen
      if (taken > 0) this.#waiting = this.#waiting.slice(taken);
    }
    return this.#index;
  }

  /** A text entered the context; of a result, `echo` is the print of the args that it may repeat. */
  see(source: TextSource, print: string, echo?: string): void {
    this.#texts++;
    this.#waiting.push({ source, print, echo });
  }

  /** An approver vouched for the result of a call, as far as it was seen by now. */
  endorse(call: string): void {
    this.#waiting.push({ endorsed: call });
  }
}
