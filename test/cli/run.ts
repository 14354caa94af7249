import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sink } from "../../packages/cli/src/io.ts";
import { styleOf } from "../../packages/cli/src/print/style.ts";
import { run } from "../../packages/cli/src/run.ts";

/** What a run of the command left. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const MAIN = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

/** Runs the real command. */
export async function sallyport(
  args: readonly string[],
  options: { readonly input?: string | Uint8Array; readonly cwd?: string } = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: options.cwd ?? process.cwd(), env: { ...process.env, NO_COLOR: "1" } });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out: out.join(""), err: err.join("") }));
    child.stdin.end(options.input ?? "");
  });
}

/** Runs the command in this process as if a person looked at it, without colours. */
export async function asPerson(args: readonly string[], input = ""): Promise<Run> {
  const [out, err]: [string[], string[]] = [[], []];
  const sinkOf = (texts: string[]): Sink => ({ write: async (text) => void texts.push(text) });
  const code = await run(args, {
    stdin: (async function* () {
      yield Buffer.from(input);
    })(),
    stdout: sinkOf(out),
    stderr: sinkOf(err),
    reader: "person",
    witness: "person",
    style: styleOf("plain"),
    interrupted: () => new AbortController().signal,
  });
  return { code, out: out.join(""), err: err.join("") };
}

/** A folder of its own with these files. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-cli-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Lines of JSON. */
export function linesOf(text: string): readonly Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Record<string, unknown> => JSON.parse(line));
}

/** Values as lines of JSON. */
export function traceOf(...lines: readonly unknown[]): string {
  return lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");
}
