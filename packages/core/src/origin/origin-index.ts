import { SallyportError } from "../error.ts";
import { CharacterClasses } from "./character.ts";
import { type HashKey, parseHashKey } from "./keyed-hash.ts";
import { Likeness } from "./likeness.ts";
import { readPrint } from "./print-format.ts";
import { echoIn, type Scope } from "./scope.ts";
import { type Shelf, Shelves } from "./shelves.ts";
import { SoughtLeaves } from "./sought-leaves.ts";
import type { TextSource } from "./source.ts";

/** The texts of a session by their prints, in order of time. */
export class OriginIndex {
  readonly hashKey: HashKey;
  /** what was looked for in it */
  readonly sought: SoughtLeaves;
  /** the texts by who wrote them; an endorsed one stays where it was */
  readonly tokens: Shelves = new Shelves();
  /** whether an untrusted text was endorsed */
  #isEndorsed = false;
  readonly #sources: TextSource[] = [];
  /** where the args of a text's call start and end */
  readonly #echoes = new Map<number, { readonly start: number; readonly end: number }>();

  /** A key of 32 hex digits: the one that the prints were made with. */
  constructor(key: string) {
    this.hashKey = parseHashKey(key);
    this.sought = new SoughtLeaves({ hashKey: this.hashKey, classes: new CharacterClasses(), likeness: new Likeness() });
  }

  /** How many texts were added. */
  get size(): number {
    return this.#sources.length;
  }

  /** Whether an untrusted text was endorsed. */
  get isEndorsed(): boolean {
    return this.#isEndorsed;
  }

  /** The source of a text by its number. */
  source(text: number): TextSource {
    const source = this.#sources[text];
    if (source === undefined) throw new SallyportError("invalid-input", `there is no text ${text}`);
    return source;
  }

  /** What the args of the call said that a text is the result of. */
  echo(text: number): Scope | undefined {
    const place = this.#echoes.get(text);
    return place && echoIn(this.tokens.args, place.start, place.end);
  }

  /**
   * Adds a text by its print; of a result also the print of the call's args (`echoOf`), since what it echoes of them
   * proves nothing. A print that cannot be read is a fault (`invalid-input`).
   */
  add(source: TextSource, print: string, echoed?: string): void {
    // both are read before anything is added: half a text would be taken for the next one
    const [text, args] = [readPrint(print), echoed === undefined ? undefined : readPrint(echoed)];
    if (args !== undefined) {
      const start = this.tokens.args.length;
      this.tokens.args.append(args, this.size);
      this.#echoes.set(this.size, { start, end: this.tokens.args.length });
    }
    this.tokens[shelfOf(source)].append(text, this.size);
    this.#sources.push(source);
  }

  /** Marks one result as trusted from now on: an approver endorsed it. A call without a result changes nothing. */
  endorse(call: string): void {
    for (const [text, source] of this.#sources.entries()) {
      if (source.kind !== "result" || source.call !== call || source.trusted) continue;
      this.#sources[text] = { ...source, trusted: true };
      this.#isEndorsed = true;
    }
  }
}

function shelfOf(source: TextSource): Shelf {
  if (source.kind === "user") return "user";
  return source.kind === "system" || (source.kind === "result" && source.trusted) ? "trusted" : "untrusted";
}
