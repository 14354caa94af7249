import { SallyportError } from "../error.ts";

/** A secret key of 128 bits, as four words. */
export type HashKey = readonly [number, number, number, number];

/** What a hash is of: the same characters in another domain have another hash. */
export type Domain = 0 | 1 | 2;
/** a run of letters and digits */
export const WORD: Domain = 0;
/** the value of a number */
export const NUMBER: Domain = 1;
/** a day of the calendar */
export const DAY: Domain = 2;

/** The key that 32 hex digits write; anything else is a fault (`invalid-input`). */
export function parseHashKey(hex: string): HashKey {
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw new SallyportError("invalid-input", "a fingerprint key is 32 hex digits");
  const word = (at: number): number => Number.parseInt(hex.slice(at, at + 8), 16) | 0;
  return [word(0), word(8), word(16), word(24)];
}

/**
 * 32 bits of a keyed hash of a piece of a text. The rounds are those of HalfSipHash-1-3 (Aumasson and Bernstein), over
 * UTF-16 units and with 128 bits of key: who does not have the key can neither read nor collide it.
 */
export function keyedHash([k0, k1, k2, k3]: HashKey, domain: Domain, text: string, start = 0, end: number = text.length): number {
  let [v0, v1, v2, v3] = [k0, k1, 0x6c796765 ^ k2, 0x74656462 ^ k3];
  const blocks = (end - start + 1) >> 1;
  for (let block = 0; block < blocks + 4; block++) {
    const at = start + 2 * block;
    let input = 0;
    if (block < blocks) input = text.charCodeAt(at) | (at + 1 < end ? text.charCodeAt(at + 1) << 16 : 0);
    else if (block === blocks) input = ((end - start) << 8) | domain;
    else if (block === blocks + 1) v2 ^= 0xff;
    v3 ^= input;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= input;
  }
  return (v1 ^ v3) >>> 0;
}
