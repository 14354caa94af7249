import { SallyportError } from "../error.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { IS_MARK } from "./token.ts";

const VERSION = 1;

/** What the tokens of a segment are: the text itself, or something made of it. */
export type SegmentKind = 0 | 1 | 2 | 3 | 4;
/** the text as it stands there */
export const STANDING: SegmentKind = 0;
/** numbers that it writes in another way than JSON, one token each */
export const NUMBERS: SegmentKind = 1;
/** pieces of it as they look to a reader */
export const ALIKE: SegmentKind = 2;
/** what it holds encoded */
export const DECODED: SegmentKind = 3;
/** what its numbers and days may mean, one token each */
export const MEANT: SegmentKind = 4;

/** Writes a print: a version, then segments, each a kind, a count and its tokens. */
export class PrintWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #countAt = 0;
  #count = 0;

  constructor() {
    this.#byte(VERSION);
  }

  /** Starts a segment. */
  begin(kind: SegmentKind): void {
    this.#reserve();
    this.#byte(kind);
    this.#countAt = this.#length;
    this.#word(0);
    this.#count = 0;
  }

  /** Adds a token: a hash, or the code point of a mark. */
  add(value: number, flags: number): void {
    this.#reserve();
    this.#count++;
    this.#byte(flags);
    if ((flags & IS_MARK) === 0) return this.#word(value);
    this.#byte(value & 255);
    this.#byte((value >> 8) & 255);
    this.#byte(value >> 16);
  }

  /** Ends a segment; one without tokens is left out. */
  end(): void {
    if (this.#count === 0) this.#length = this.#countAt - 1;
    else new DataView(this.#bytes.buffer).setUint32(this.#countAt, this.#count, true);
  }

  /** The print. */
  finish(): string {
    return toBase64(this.#bytes.subarray(0, this.#length));
  }

  #byte(value: number): void {
    this.#bytes[this.#length++] = value;
  }

  #word(value: number): void {
    this.#byte(value & 255);
    this.#byte((value >> 8) & 255);
    this.#byte((value >> 16) & 255);
    this.#byte(value >>> 24);
  }

  #reserve(): void {
    if (this.#length + 8 < this.#bytes.length) return;
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Gets what a print holds. */
export interface PrintSink {
  /** A segment of this many tokens starts. */
  readonly segment: (kind: SegmentKind, tokens: number) => void;
  readonly token: (value: number, flags: number) => void;
}

/** A print that was read and found whole. */
export interface Print {
  /** Hands out what it holds, in order. */
  readonly emit: (sink: PrintSink) => void;
}

/** Reads a print; what no writer of ours wrote is a fault (`invalid-input`). */
export function readPrint(print: string): Print {
  const bytes = fromBase64(print);
  if (bytes === undefined || bytes[0] !== VERSION) throw unreadable();
  walk(bytes, { segment: () => undefined, token: () => undefined });
  return { emit: (sink) => walk(bytes, sink) };
}

function walk(bytes: Uint8Array, sink: PrintSink): void {
  const view = new DataView(bytes.buffer);
  for (let at = 1; at < bytes.length; ) {
    const kind = kindOf(bytes[at]);
    if (at + 5 > bytes.length) throw unreadable();
    const tokens = view.getUint32(at + 1, true);
    at += 5;
    sink.segment(kind, tokens);
    for (let token = 0; token < tokens; token++) {
      const flags = bytes[at] ?? 0;
      const isMark = (flags & IS_MARK) !== 0;
      const next = at + (isMark ? 4 : 5);
      if (next > bytes.length) throw unreadable();
      sink.token(isMark ? view.getUint16(at + 1, true) | ((bytes[at + 3] ?? 0) << 16) : view.getUint32(at + 1, true), flags);
      at = next;
    }
  }
}

function kindOf(byte: number | undefined): SegmentKind {
  if (byte === STANDING || byte === NUMBERS || byte === ALIKE || byte === DECODED || byte === MEANT) return byte;
  throw unreadable();
}

function unreadable(): SallyportError {
  return new SallyportError("invalid-input", "a print of a text cannot be read: it is damaged, or another version wrote it");
}
