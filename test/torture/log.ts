import { readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** A process' own log of JSON lines: a line is on the disk when its promise resolves. Lines that come together share a sync. */
export class Log {
  readonly #file: FileHandle;
  readonly #waiting: string[] = [];
  #written: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens a log at its end. */
  static async open(path: string): Promise<Log> {
    return new Log(await open(path, "a"));
  }

  /** Appends a line. */
  write(line: object): Promise<void> {
    this.#waiting.push(`${JSON.stringify(line)}\n`);
    this.#written = this.#written.then(() => this.#flush());
    return this.#written;
  }

  async #flush(): Promise<void> {
    const lines = this.#waiting.splice(0);
    if (lines.length === 0) return;
    await this.#file.appendFile(lines.join(""));
    await this.#file.datasync();
  }
}

/** The lines of a log; a last one that its process was killed in is none. */
export function readLog<T>(path: string, read: (line: string) => T): readonly T[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.slice(0, -1).map(read);
}
