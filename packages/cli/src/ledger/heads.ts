import { isObject, readJson, SallyportError, type Json, type StreamHead } from "@sallyport/core";

/** Reads the heads of streams from what `ledger verify` printed. */
export function readHeads(text: string, file: string): readonly StreamHead[] {
  const reading = readJson(text);
  const heads = reading.ok && isObject(reading.value) ? reading.value["heads"] : undefined;
  if (Array.isArray(heads)) return heads.map((head: Json) => readHead(head) ?? fail(file));
  return fail(file);
}

function readHead(head: Json): StreamHead | undefined {
  if (!isObject(head)) return undefined;
  const { stream, length, hash } = head;
  return typeof stream === "string" && typeof length === "number" && typeof hash === "string" ? { stream, length, hash } : undefined;
}

function fail(file: string): never {
  throw new SallyportError("invalid-input", `\`${file}\` holds no heads; save what \`sallyport ledger verify\` prints on stdout`);
}
