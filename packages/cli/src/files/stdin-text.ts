import { SallyportError } from "@sallyport/core";

/** All of a stream as text; what is not UTF-8 is unusable input. */
export async function readStreamText(input: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of input) parts.push(chunk);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch (cause) {
    throw new SallyportError("invalid-input", "stdin is not UTF-8 text", { cause });
  }
}
