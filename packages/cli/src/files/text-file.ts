import { readFile } from "node:fs/promises";
import { SallyportError } from "@sallyport/core";

/** The text of a file; what cannot be read as UTF-8 is unusable input. */
export async function readTextFile(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new SallyportError("invalid-input", `\`${file}\` cannot be read: ${reasonOf(cause)}`, { cause });
  });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SallyportError("invalid-input", `\`${file}\` is not UTF-8 text`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder";
    case "EACCES":
      return "that is not permitted";
    default:
      return typeof code === "string" ? code : "it cannot be opened";
  }
}
