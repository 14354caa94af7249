import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Effect } from "./messages.ts";

/** A tool's way to the process that counts effects. */
export class Effects {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (receipt: string) => void>();
  #count = 0;

  constructor(path: string) {
    this.#socket = connect(path);
    createInterface({ input: this.#socket }).on("line", (line) => {
      const { number, receipt }: { readonly number: number; readonly receipt: string } = JSON.parse(line);
      this.#waiting.get(number)?.(receipt);
      this.#waiting.delete(number);
    });
  }

  /** Has an effect; resolves to its receipt. */
  have(effect: Effect): Promise<string> {
    const number = ++this.#count;
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      this.#socket.write(`${JSON.stringify({ number, ...effect })}\n`);
    });
  }
}
