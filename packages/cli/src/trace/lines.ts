import { SallyportError } from "@sallyport/core";
import { readLine } from "./read-line.ts";
import type { TraceLine } from "./trace-line.ts";

/** A line of a text, with its number from 1. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

const NEWLINE = 0x0a;

/** The lines of a text as they come in, several at a time; empty ones are left out, and what is not UTF-8 is a fault that names its line. */
export async function* readLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<readonly NumberedLine[]> {
  let parts: Uint8Array[] = [];
  let number = 1;
  for await (const chunk of input) {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end >= 0) {
      number += yield* decodeLines(Buffer.concat([...parts, chunk.subarray(0, end)]), number);
      parts = [];
    }
    if (end + 1 < chunk.length) parts.push(chunk.subarray(end + 1));
  }
  if (parts.length > 0) yield* decodeLines(Buffer.concat(parts), number);
}

/** Reads a numbered line of a trace; a line that is unusable is a fault that names it. */
export function readTraceLine({ number, text }: NumberedLine): TraceLine {
  return atLine(number, () => ({ number, ...readLine(text) }));
}

/** What some work on a line of a trace yields; its fault names the line. */
export function atLine<T>(number: number | undefined, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!SallyportError.isInstance(cause) || number === undefined) throw cause;
    throw new SallyportError("invalid-input", `line ${number}: ${cause.message}`, { cause });
  }
}

/** Reads a whole trace. */
export async function readTrace(input: AsyncIterable<Uint8Array>): Promise<readonly TraceLine[]> {
  const lines: TraceLine[] = [];
  for await (const block of readLines(input)) for (const line of block) lines.push(readTraceLine(line));
  return lines;
}

/** The lines of some bytes; returns how many there are. Those before one that is not UTF-8 come first, however the bytes were cut. */
function* decodeLines(bytes: Uint8Array, first: number): Generator<readonly NumberedLine[], number> {
  if (isUtf8(bytes)) {
    const lines = decoder().decode(bytes).split("\n");
    yield withoutEmpty(lines, first);
    return lines.length;
  }
  const end = startOfBroken(bytes);
  const lines =
    end === 0
      ? []
      : decoder()
          .decode(bytes.subarray(0, end - 1))
          .split("\n");
  yield withoutEmpty(lines, first);
  throw new SallyportError("invalid-input", `line ${first + lines.length}: it is not UTF-8 text`);
}

/** Where the first line begins that is not UTF-8. */
function startOfBroken(bytes: Uint8Array): number {
  for (let start = 0; ;) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return start;
    start = end + 1;
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    decoder().decode(bytes);
    return true;
  } catch {
    // that it cannot be decoded is the answer
    return false;
  }
}

function decoder(): TextDecoder {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
}

function withoutEmpty(texts: readonly string[], first: number): readonly NumberedLine[] {
  return texts.flatMap((text, index) => {
    const line = first + index === 1 && text.startsWith("\u{feff}") ? text.slice(1) : text;
    return line.trim() === "" ? [] : [{ number: first + index, text: line }];
  });
}
