import { SallyportError } from "../error.ts";
import { fromBase64, toBase64 } from "./base64.ts";

const VERSION = 1;
/** most texts are a short result */
const FIRST_ROOM = 256;
/** a writer keeps no more room than this from one text to the next */
const KEPT_ROOM = 4096;
/** a version, and how many bytes the separators take */
const HEAD = 5;
const ENCODER: TextEncoder = new TextEncoder();
const DECODER: TextDecoder = new TextDecoder();

/** What the words of a segment are: the text itself, or something made of it. */
export type SegmentKind = 0 | 1 | 2 | 3 | 4;
/** the text as it stands there */
export const STANDING: SegmentKind = 0;
/** numbers that it writes in another way than JSON */
export const NUMBERS: SegmentKind = 1;
/** pieces of it as they look to a reader */
export const ALIKE: SegmentKind = 2;
/** what it holds encoded */
export const DECODED: SegmentKind = 3;
/** what its numbers and days may mean */
export const MEANT: SegmentKind = 4;

/**
 * Writes a print: a version; the separators that stand between words, in UTF-8; then segments, each a kind, a count, its
 * words (a separator before the word, and the word's hash), and the separator at its end. One writer writes one print after
 * the other in the same room.
 */
export class PrintWriter {
  #bytes = new Uint8Array(FIRST_ROOM);
  #print = new Uint8Array(FIRST_ROOM);
  #length = 0;
  #startAt = 0;
  #count = 0;
  #separators = new Map<string, number>();
  #last: { readonly text: string; readonly place: number } | undefined;

  /** Starts a print; one that was not finished is forgotten. */
  start(): void {
    if (this.#bytes.length > KEPT_ROOM) this.#bytes = new Uint8Array(FIRST_ROOM);
    if (this.#print.length > KEPT_ROOM) this.#print = new Uint8Array(FIRST_ROOM);
    this.#length = 0;
    this.#separators = new Map();
    this.#last = undefined;
  }

  /** Starts a segment. */
  begin(kind: SegmentKind): void {
    this.#reserve();
    this.#startAt = this.#length;
    this.#bytes[this.#length++] = kind;
    this.#word(0);
    this.#count = 0;
  }

  /** Adds a word by its hash, with the separator before it. */
  add(hash: number, before: string, isNumber: boolean): void {
    this.#reserve();
    this.#count++;
    this.#small(2 * this.#separator(before) + (isNumber ? 1 : 0));
    this.#word(hash);
  }

  /** Ends a segment; an empty one is left out. */
  end(after: string): void {
    if (this.#count === 0 && after === "") {
      this.#length = this.#startAt;
      return;
    }
    this.#reserve();
    writeWord(this.#bytes, this.#startAt + 1, this.#count);
    this.#small(2 * this.#separator(after));
  }

  /** The print. */
  finish(): string {
    const separators = JSON.stringify([...this.#separators.keys()]);
    const most = HEAD + 3 * separators.length + this.#length;
    if (this.#print.length < most) this.#print = new Uint8Array(2 * most);
    const print = this.#print;
    const { written } = ENCODER.encodeInto(separators, print.subarray(HEAD));
    print[0] = VERSION;
    writeWord(print, 1, written);
    const start = HEAD + written;
    for (let at = 0; at < this.#length; at++) print[start + at] = this.#bytes[at] ?? 0;
    return toBase64(print.subarray(0, start + this.#length));
  }

  #separator(text: string): number {
    // most words stand behind the same as the one before: a space
    if (this.#last?.text === text) return this.#last.place;
    const place = this.#separators.get(text) ?? this.#separators.size;
    if (place === this.#separators.size) this.#separators.set(text, place);
    this.#last = { text, place };
    return place;
  }

  /** A number in groups of seven bits, the lowest first. */
  #small(value: number): void {
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.#bytes[this.#length++] = (rest & 127) | 128;
    this.#bytes[this.#length++] = rest;
  }

  #word(value: number): void {
    writeWord(this.#bytes, this.#length, value);
    this.#length += 4;
  }

  #reserve(): void {
    if (this.#length + 16 < this.#bytes.length) return;
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** 32 bits, the lowest byte first. */
function writeWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** Gets what a print holds. */
interface PrintSink {
  /** A segment of this many words starts. */
  readonly segment: (kind: SegmentKind, words: number) => void;
  /** A word, and by its place in `separators` what stands before it. */
  readonly word: (hash: number, separator: number, isNumber: boolean) => void;
  /** What stands at the end of the segment. */
  readonly end: (separator: number) => void;
}

/** A print that was read and found whole. */
export interface Print {
  readonly separators: readonly string[];
  /** Hands out what it holds, in order. */
  readonly emit: (sink: PrintSink) => void;
}

/** Reads a print; what no writer of ours wrote is a fault (`invalid-input`). */
export function readPrint(print: string): Print {
  const bytes = fromBase64(print);
  if (bytes === undefined || bytes[0] !== VERSION || bytes.length < HEAD) throw unreadable();
  const start = HEAD + new DataView(bytes.buffer).getUint32(1, true);
  const separators = readSeparators(bytes.subarray(HEAD, start));
  const reader = new PrintReader(bytes, start, separators.length);
  reader.emit({ segment: () => undefined, word: () => undefined, end: () => undefined });
  return { separators, emit: (sink) => reader.emit(sink) };
}

class PrintReader {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #separators: number;
  #at = 0;

  constructor(bytes: Uint8Array, start: number, separators: number) {
    [this.#bytes, this.#start, this.#separators] = [bytes, start, separators];
  }

  emit(sink: PrintSink): void {
    for (this.#at = this.#start; this.#at < this.#bytes.length;) {
      const kind = kindOf(this.#byte());
      const words = this.#word();
      if (words > this.#bytes.length) throw unreadable();
      sink.segment(kind, words);
      for (let word = 0; word < words; word++) {
        const separator = this.#separator();
        sink.word(this.#word(), separator >>> 1, (separator & 1) !== 0);
      }
      sink.end(this.#separator() >>> 1);
    }
  }

  #separator(): number {
    let [value, shift, byte] = [0, 0, 128];
    for (; byte > 127 && shift < 28; shift += 7) {
      byte = this.#byte();
      value |= (byte & 127) << shift;
    }
    if (value >>> 1 >= this.#separators) throw unreadable();
    return value;
  }

  #word(): number {
    return (this.#byte() | (this.#byte() << 8) | (this.#byte() << 16) | (this.#byte() << 24)) >>> 0;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw unreadable();
    return byte;
  }
}

function readSeparators(bytes: Uint8Array): readonly string[] {
  try {
    const separators: unknown = JSON.parse(DECODER.decode(bytes));
    if (Array.isArray(separators) && separators.every((one): one is string => typeof one === "string")) return separators;
  } catch (error) {
    throw unreadable(error);
  }
  throw unreadable();
}

function kindOf(byte: number): SegmentKind {
  if (byte === STANDING || byte === NUMBERS || byte === ALIKE || byte === DECODED || byte === MEANT) return byte;
  throw unreadable();
}

function unreadable(cause?: unknown): SallyportError {
  return new SallyportError("invalid-input", "a print of a text cannot be read: it is damaged, or another version wrote it", { cause });
}
