import type { SallyportError } from "../error.ts";

/** The names of streams that grew, told to one watcher: each once until it is taken, in the order of their growth. */
export class StreamFeed implements AsyncIterableIterator<string, undefined> {
  readonly #grown = new Set<string>();
  readonly #onEnd: () => void;
  readonly #waiting: Waiting[] = [];
  #ended = false;
  #error: SallyportError | undefined;

  /** Ends when the signal aborts or the watcher leaves; `onEnd` is called once then. */
  constructor(signal: AbortSignal, onEnd: (feed: StreamFeed) => void) {
    const abort = (): void => this.end();
    this.#onEnd = () => {
      signal.removeEventListener("abort", abort);
      onEnd(this);
    };
    if (signal.aborted) this.#ended = true;
    else signal.addEventListener("abort", abort);
  }

  /** Tells that a stream grew. */
  push(stream: string): void {
    if (this.#ended) return;
    const next = this.#waiting.shift();
    if (next === undefined) this.#grown.add(stream);
    else next.resolve({ done: false, value: stream });
  }

  /** Ends the watching; what is not taken by then is lost. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#grown.clear();
    for (const next of this.#waiting.splice(0)) next.resolve(ENDED);
    this.#onEnd();
  }

  /** Ends the watching with an error, which the watcher gets once. */
  fail(error: SallyportError): void {
    const [next] = this.#waiting.splice(0, 1);
    if (next === undefined) this.#error = error;
    else next.reject(error);
    this.end();
  }

  next(): Promise<IteratorResult<string, undefined>> {
    if (this.#ended) return this.#lastResult();
    const [stream] = this.#grown;
    if (stream === undefined) return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#grown.delete(stream);
    return Promise.resolve({ done: false, value: stream });
  }

  return(): Promise<IteratorResult<string, undefined>> {
    this.end();
    return Promise.resolve(ENDED);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #lastResult(): Promise<IteratorResult<string, undefined>> {
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve(ENDED) : Promise.reject(error);
  }
}

interface Waiting {
  resolve(result: IteratorResult<string, undefined>): void;
  reject(error: SallyportError): void;
}

const ENDED: IteratorResult<string, undefined> = { done: true, value: undefined };
