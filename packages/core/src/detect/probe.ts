/** Tells of something found: offsets in the text that is looked at, the end exclusive. */
export type Report = (kind: string, start: number, end: number, confidence: number) => void;

/** Looks at one place of a text; returns where the pass may go on for this probe: nothing before that is looked at again. */
export type Probe = (text: string, at: number, report: Report) => number;

/** Looks at a run of letters, digits, `_` and `-`. */
export type RunProbe = (text: string, start: number, end: number, report: Report) => void;

/** Where a word of some vocabulary stands. */
export interface Hit {
  /** as the vocabulary has it */
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** counts words, and more where a sentence ends */
  readonly index: number;
}

/** Looks at a word of its vocabulary. */
export type WordProbe = (text: string, hit: Hit, report: Report) => void;

/** What is looked at in one text, and may remember what it has seen of it. */
export interface Probes {
  /** asked where a run of digits begins */
  readonly digits?: Probe;
  /** asked for runs that are long or have digits */
  readonly run?: RunProbe;
  /** asked at its marks */
  readonly mark?: Probe;
  /** asked for words of its vocabulary */
  readonly word?: WordProbe;
}

/** A part of a detector: what makes it look, and how it looks. */
export interface Sensor {
  /** characters of ASCII, none of them a letter, a digit, `_` or `-` */
  readonly marks?: string;
  /** lower case, without accents */
  readonly vocabulary?: Iterable<string>;
  /** Begins a text. */
  readonly open: () => Probes;
}
