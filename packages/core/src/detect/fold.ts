import { classOf, isLetter, OTHER } from "./chars.ts";

/** A text made plain, with the way back to the one it was made of. */
interface Folded {
  readonly text: string;
  /** for each character of the plain text (and its end) where it stands in the original */
  readonly offsets: Uint32Array;
}

/**
 * Makes a text plain that is not ASCII: compatibility forms, accents and invisible characters gone, lookalikes in words
 * that mix scripts replaced, letters beyond ASCII in lower case.
 */
export type Fold = (original: string) => Folded;

/** Prepares folding, which remembers what characters become. */
export function makeFold(): Fold {
  const forms = new Forms();
  return (original) => new Folding(original, forms).fold();
}

/** Characters that look like a Latin letter: in a word that has Latin letters too they are meant to. */
const LOOKALIKES: ReadonlyMap<number, number> = new Map(
  // Cyrillic, Greek, phonetic
  "аa еe оo рp сc уy хx іi јj ѕs кk мm тt вb нh гr ԁd ԛq ԝw һh ӏl αa εe οo ρp τt υu νv ιi κk ηn χx ωw γy βb ıi ɡg ɑa ʟl ᴏo ᴀa ᴇe"
    .split(" ")
    .map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]),
);

/** A compatibility form longer than this (a ligature of a whole phrase) is cut. */
const LONGEST_FORM = 4;
const INVISIBLE = /[\p{Cf}\p{Mn}\u115f\u1160\u3164\uffa0]/gu;
const UNKNOWN = 0;
/** It becomes nothing, or more than one character. */
const MANY = 1;

/** What characters become, found once for each. */
class Forms {
  /** for the basic plane the code of the form, where it is a single one */
  readonly #single = new Uint16Array(0x10000);
  readonly #many = new Map<number, string>();

  /** The code of the form where that is a single character, else `MANY`. */
  single(point: number): number {
    if (point > 0xffff) return MANY;
    const known = this.#single[point] ?? UNKNOWN;
    if (known !== UNKNOWN) return known;
    const form = plain(point);
    return (this.#single[point] = form.length === 1 ? form.charCodeAt(0) : MANY);
  }

  /** The form, whatever its length. */
  whole(point: number): string {
    const known = this.#many.get(point);
    if (known !== undefined) return known;
    const form = plain(point);
    // there are a million code points, and a text can have a new one at every place
    if (this.#many.size > 4096) this.#many.clear();
    this.#many.set(point, form);
    return form;
  }
}

function plain(point: number): string {
  const char = String.fromCodePoint(point);
  // ideographs and Hangul are what they are
  if ((point >= 0x3400 && point < 0xa000) || (point >= 0xac00 && point < 0xe000)) return char;
  if (DIGIT.test(char)) return String(digitOf(point));
  const form = char.normalize("NFKD").replace(INVISIBLE, "").slice(0, LONGEST_FORM);
  // ASCII keeps its case, which tokens need
  return form.charCodeAt(0) >= 128 ? form.toLowerCase() : form;
}

const DIGIT = /^\p{Nd}$/u;

/** What a digit of any script is worth: they stand in tens, from zero on. */
function digitOf(point: number): number {
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(point - value - 1))) value++;
  return value;
}

/** A word this long is nobody's; it is left as it is, so that what a text goes on with changes nothing far behind. */
const LONGEST_WORD = 64;

/** The folding of one text. */
class Folding {
  readonly #original: string;
  readonly #forms: Forms;
  #codes: Uint16Array<ArrayBuffer>;
  #offsets: Uint32Array<ArrayBuffer>;
  #length = 0;
  /** where the word begins that is being read, and whether it has Latin letters and letters that look like some */
  #word = 0;
  #latin = false;
  #alike = false;

  constructor(original: string, forms: Forms) {
    this.#original = original;
    this.#forms = forms;
    this.#codes = new Uint16Array(original.length + 64);
    this.#offsets = new Uint32Array(original.length + 64);
  }

  fold(): Folded {
    const original = this.#original;
    for (let at = 0; at < original.length;) {
      at = original.charCodeAt(at) < 128 ? this.#ascii(at) : this.#beyond(at);
    }
    this.#endWord();
    this.#offsets[this.#length] = original.length;
    const text = new TextDecoder("utf-16le", { ignoreBOM: true }).decode(this.#codes.subarray(0, this.#length));
    return { text, offsets: this.#offsets.subarray(0, this.#length + 1) };
  }

  /** Takes ASCII as it is; returns where it ends. */
  #ascii(start: number): number {
    const original = this.#original;
    this.#reserve(original.length - start);
    const [codes, offsets] = [this.#codes, this.#offsets];
    let length = this.#length;
    let at = start;
    for (; at < original.length; at++) {
      const code = original.charCodeAt(at);
      if (code >= 128) break;
      if (isLetter(code)) this.#latin = true;
      else {
        this.#length = length;
        if (this.#alike) this.#endWord();
        this.#latin = false;
        this.#word = length + 1;
      }
      codes[length] = code;
      offsets[length++] = at;
    }
    this.#length = length;
    return at;
  }

  #beyond(at: number): number {
    const point = this.#original.codePointAt(at) ?? 0;
    const code = this.#forms.single(point);
    if (code === MANY) this.#many(this.#forms.whole(point), at);
    else this.#put(code, at);
    return at + (point > 0xffff ? 2 : 1);
  }

  #many(form: string, at: number): void {
    for (let index = 0; index < form.length; index++) this.#put(form.charCodeAt(index), at);
  }

  #put(code: number, at: number): void {
    this.#reserve(1);
    if (classOf(code) === OTHER) this.#endWord();
    else if (isLetter(code)) this.#latin = true;
    else if (LOOKALIKES.has(code)) this.#alike = true;
    this.#codes[this.#length] = code;
    this.#offsets[this.#length++] = at;
  }

  /** Ends a word: in one that mixes scripts the lookalikes become what they look like. */
  #endWord(): void {
    if (this.#latin && this.#alike) {
      for (let at = Math.max(this.#word, this.#length - LONGEST_WORD); at < this.#length; at++) {
        const alike = LOOKALIKES.get(this.#codes[at] ?? 0);
        if (alike !== undefined) this.#codes[at] = alike;
      }
    }
    this.#latin = false;
    this.#alike = false;
    this.#word = this.#length;
  }

  /** Makes room for so many characters, and the end. */
  #reserve(more: number): void {
    const needed = this.#length + more + 1;
    if (needed <= this.#codes.length) return;
    const [codes, offsets] = [new Uint16Array(needed * 2), new Uint32Array(needed * 2)];
    codes.set(this.#codes);
    offsets.set(this.#offsets);
    [this.#codes, this.#offsets] = [codes, offsets];
  }
}
