import { type Style, styleOf } from "./print/style.ts";

/** A place that takes text; resolves when it can take more. */
export interface Sink {
  write(text: string): Promise<void>;
}

/** All that a command has of the world: machine output goes to `stdout`, everything else to `stderr`. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** who looks at the answer: a person gets tables on stderr, a program JSON on stdout */
  readonly reader: "person" | "program";
  /** who looks at stderr: a person also gets excerpts and progress */
  readonly witness: "person" | "program";
  readonly style: Style;
  /** Aborts when the user interrupts; until it is asked for, an interrupt ends the process. */
  interrupted(): AbortSignal;
}

/** The world of this process. */
export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) stream.on("error", endQuietly);
  const colour = stderr.isTTY && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  return {
    stdin,
    stdout: sinkOf(stdout),
    stderr: sinkOf(stderr),
    reader: stdout.isTTY ? "person" : "program",
    witness: stderr.isTTY ? "person" : "program",
    style: styleOf(colour ? "colours" : "plain"),
    interrupted: () => {
      const controller = new AbortController();
      process.once("SIGINT", () => controller.abort());
      return controller.signal;
    },
  };
}

/** Leaves out Node's warning that `node:sqlite` is experimental; others are said as ever. */
export function quietWarnings(): void {
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message }) => {
    if (name === "ExperimentalWarning" && message.includes("SQLite")) return;
    process.stderr.write(`${name}: ${message}\n`);
  });
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => new Promise((resolve) => (stream.write(text) ? resolve() : stream.once("drain", resolve))),
  };
}

/** Whoever read our output has seen enough. */
function endQuietly(error: NodeJS.ErrnoException): void {
  process.exit(error.code === "EPIPE" ? 0 : 2);
}
