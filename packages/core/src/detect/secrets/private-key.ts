import { isAlnum } from "../chars.ts";

const BEGIN = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
const END = /-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
const BODY = "+/=\r\n\\:,. ";

/** Where a private key in PEM ends that begins here, its body being whatever could be one; -1 where none begins. */
export function privateKeyEnd(text: string, start: number): number {
  BEGIN.lastIndex = start;
  if (!BEGIN.test(text)) return -1;
  let at = BEGIN.lastIndex;
  for (; ; at++) {
    const code = text.charCodeAt(at);
    if (isAlnum(code) || BODY.includes(text[at] ?? "x")) continue;
    // headers of old keys have hyphens: `DEK-Info`, `AES-128-CBC`
    if (code !== 0x2d || text.startsWith("--", at)) break;
  }
  END.lastIndex = at;
  return END.test(text) ? END.lastIndex : at;
}
