/** What the watchdog's thread is handed. */
export interface Shared {
  readonly memory: SharedArrayBuffer;
  readonly target: string;
  /** where an input is left that hangs */
  readonly file: string;
}

const INPUT = 4 * 1024 * 1024;
const HEAD = 2;

/** What two threads know of the work: how many times it began and ended, and its input. */
export class Pulse {
  static readonly bytes: number = HEAD * Int32Array.BYTES_PER_ELEMENT + INPUT;
  // beats, which are odd while an input is worked on; the length of the input
  readonly #head: Int32Array;
  readonly #input: Uint8Array;

  constructor(memory: SharedArrayBuffer) {
    this.#head = new Int32Array(memory, 0, HEAD);
    this.#input = new Uint8Array(memory, HEAD * Int32Array.BYTES_PER_ELEMENT);
  }

  begin(input: string): void {
    this.#head[1] = new TextEncoder().encodeInto(input, this.#input).written;
    this.#beat();
  }

  end(): void {
    this.#beat();
  }

  /** Waits for the next beat; the input that is worked on where none comes in time. */
  hanging(milliseconds: number): Uint8Array | undefined {
    const beats = Atomics.load(this.#head, 0);
    if (Atomics.wait(this.#head, 0, beats, milliseconds) !== "timed-out" || beats % 2 === 0) return undefined;
    return this.#input.slice(0, this.#head[1]);
  }

  #beat(): void {
    Atomics.add(this.#head, 0, 1);
    Atomics.notify(this.#head, 0);
  }
}
