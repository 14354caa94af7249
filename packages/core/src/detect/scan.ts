import { charClasses, DIGIT, HAN, JOINT, LETTER, OTHER } from "./chars.ts";
import type { Probe, Probes, Report, RunProbe, Sensor, WordProbe } from "./probe.ts";

/** A sensor, with where it reports to. */
export interface Asked {
  readonly probes: Probes;
  readonly marks: string;
  readonly report: Report;
}

/** What several sensors come to: made once, used for every text. */
export interface ScanPlan {
  readonly classes: Uint8Array;
  /** a bit for each hash of a word of some vocabulary: most words of a text stop here */
  readonly sieve: Uint8Array;
  /** which sensors want a word, by their place */
  readonly words: ReadonlyMap<string, readonly number[]>;
}

const SIEVE = 0x3fff;
const LONGEST_WORD = 24;
/** From this length on a run is looked at whatever it is made of; a shorter one where it has digits, or begins a key in PEM. */
const LONG_RUN = 16;
/** What a run ends with where a key in PEM begins. */
const PEM = "-----BEGIN";
/** How many words the end of a sentence counts for: what stands in two sentences is rarely one instruction. */
const SENTENCE = 3;

/** Prepares the pass for some sensors. */
export function planScan(sensors: readonly Sensor[]): ScanPlan {
  const words = new Map<string, number[]>();
  const sieve = new Uint8Array(SIEVE + 1);
  for (const [place, { vocabulary }] of sensors.entries()) {
    for (const word of vocabulary ?? []) {
      words.set(word, [...(words.get(word) ?? []), place]);
      let hash = 0;
      for (let at = 0; at < word.length; at++) hash = mix(hash, word.charCodeAt(at));
      sieve[hash & SIEVE] = 1;
    }
  }
  return { classes: charClasses(sensors.map(({ marks }) => marks ?? "").join("")), sieve, words };
}

/** The one pass: dispatches on characters, so that what is no beginning of anything costs a look-up in a table. */
export function scanText(text: string, plan: ScanPlan, asked: readonly Asked[]): void {
  new Pass(text, plan, asked).run();
}

// upper and lower case of ASCII mix alike, and the vocabulary is mixed the same way
function mix(hash: number, code: number): number {
  return (Math.imul(hash, 31) + (code | 0x20)) | 0;
}

/** A probe that is asked at places, and up to where it has looked. */
interface Post {
  readonly probe: Probe;
  readonly report: Report;
  next: number;
}

class Pass {
  readonly #text: string;
  readonly #plan: ScanPlan;
  readonly #digits: readonly Post[];
  readonly #marks: readonly (readonly Post[] | undefined)[];
  readonly #runs: readonly { readonly probe: RunProbe; readonly report: Report }[];
  readonly #words: readonly { readonly probe: WordProbe | undefined; readonly report: Report }[];
  #index = 0;

  constructor(text: string, plan: ScanPlan, asked: readonly Asked[]) {
    this.#text = text;
    this.#plan = plan;
    this.#digits = asked.flatMap(({ probes, report }) => (probes.digits === undefined ? [] : [{ probe: probes.digits, report, next: 0 }]));
    this.#runs = asked.flatMap(({ probes, report }) => (probes.run === undefined ? [] : [{ probe: probes.run, report }]));
    this.#words = asked.map(({ probes, report }) => ({ probe: probes.word, report }));
    this.#marks = postsByMark(asked);
  }

  run(): void {
    const text = this.#text;
    const { classes } = this.#plan;
    for (let at = 0; at < text.length;) {
      const code = text.charCodeAt(at);
      const kind = classes[code];
      if (code === 0x2e || code === 0x21 || code === 0x3f || code === 0x0a) this.#index += SENTENCE;
      if (kind === OTHER) at++;
      else if (kind === LETTER || kind === DIGIT || kind === JOINT) at = this.#run(at);
      else at = kind === HAN ? this.#han(at, code) : this.#mark(at, code);
    }
  }

  #mark(at: number, code: number): number {
    for (const post of this.#marks[code] ?? []) if (at >= post.next) post.next = post.probe(this.#text, at, post.report);
    return at + 1;
  }

  #han(at: number, code: number): number {
    const hash = mix(mix(0, code), at + 1 < this.#text.length ? this.#text.charCodeAt(at + 1) : 0);
    if (this.#plan.sieve[hash & SIEVE] === 1) this.#tell(this.#text.slice(at, at + 2), at, at + 2);
    // two characters are about one word
    this.#index += 0.5;
    return at + 1;
  }

  /** Looks at letters, digits, `_` and `-` in a row: at the words and numbers in it, and at all of it. */
  #run(start: number): number {
    const text = this.#text;
    const { classes, sieve } = this.#plan;
    let at = start;
    let digits = false;
    while (at < text.length) {
      const kind = classes[text.charCodeAt(at)];
      if (kind === LETTER) {
        const word = at;
        let hash = 0;
        for (let code = 0; at < text.length && classes[(code = text.charCodeAt(at))] === LETTER; at++) hash = mix(hash, code);
        this.#index++;
        if (sieve[hash & SIEVE] === 1) this.#word(word, at);
      } else if (kind === DIGIT) {
        digits = true;
        this.#digit(at);
        for (at++; at < text.length && classes[text.charCodeAt(at)] === DIGIT;) at++;
      } else if (kind === JOINT) at++;
      else break;
    }
    if (digits || at - start >= LONG_RUN || text.startsWith(PEM, at - PEM.length))
      for (const { probe, report } of this.#runs) probe(text, start, at, report);
    return at;
  }

  #digit(at: number): void {
    for (const post of this.#digits) if (at >= post.next) post.next = post.probe(this.#text, at, post.report);
  }

  #word(start: number, end: number): void {
    if (end - start <= LONGEST_WORD) this.#tell(this.#text.slice(start, end).toLowerCase(), start, end);
  }

  #tell(word: string, start: number, end: number): void {
    const places = this.#plan.words.get(word);
    if (places === undefined) return;
    const hit = { word, start, end, index: this.#index };
    for (const place of places) {
      const wanted = this.#words[place];
      wanted?.probe?.(this.#text, hit, wanted.report);
    }
  }
}

function postsByMark(asked: readonly Asked[]): readonly (readonly Post[] | undefined)[] {
  const posts: (Post[] | undefined)[] = [];
  for (const { probes, marks, report } of asked) {
    if (probes.mark === undefined) continue;
    // one post for all its characters: what it has looked at it has looked at
    const post = { probe: probes.mark, report, next: 0 };
    for (const char of marks) (posts[char.charCodeAt(0)] ??= []).push(post);
  }
  return posts;
}
