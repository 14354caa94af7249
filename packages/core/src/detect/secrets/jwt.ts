import { isAlnum } from "../chars.ts";

const SHORTEST_HEADER = 16;
const LONGEST_HEADER = 1024;

/** Where a JSON web token ends whose first part is a run; -1 where that is no header, or no payload follows. */
export function jwtEnd(text: string, start: number, headerEnd: number): number {
  const length = headerEnd - start;
  if (length < SHORTEST_HEADER || length > LONGEST_HEADER || text[headerEnd] !== "." || !text.startsWith("eyJ", headerEnd + 1)) return -1;
  if (!isHeader(text.slice(start, headerEnd))) return -1;
  const payloadEnd = partEnd(text, headerEnd + 1);
  if (payloadEnd - headerEnd < 8) return -1;
  return text[payloadEnd] === "." ? partEnd(text, payloadEnd + 1) : payloadEnd;
}

function partEnd(text: string, start: number): number {
  let at = start;
  for (; ; at++) {
    const code = text.charCodeAt(at);
    if (!isAlnum(code) && code !== 0x2d && code !== 0x5f) return at;
  }
}

/** Whether a part decodes to an object that names an algorithm; not parsed, since failing to parse is slow. */
function isHeader(part: string): boolean {
  if (part.length % 4 === 1) return false;
  const decoded = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  return decoded.startsWith("{") && decoded.endsWith("}") && /"(?:alg|enc)" ?: ?"/.test(decoded);
}
