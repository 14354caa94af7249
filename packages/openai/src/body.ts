import { unreadable } from "./refusal.ts";

/** How much of an answer is read, in bytes. */
export const LARGEST: number = 32 * 1024 * 1024;

/** The text of a response. Throws a Refusal where it is larger than anybody reads, or breaks off. */
export async function readBody({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for await (const bytes of body ?? []) {
      size += bytes.length;
      // leaving the loop cancels the rest
      if (size > LARGEST) break;
      text += decoder.decode(bytes, { stream: true });
    }
  } catch {
    throw unreadable("the connection broke before the answer was complete");
  }
  if (size > LARGEST) throw unreadable(`the answer is larger than ${LARGEST} bytes`);
  return text + decoder.decode();
}
