const SALT_BYTES = 16;
const SALTS_AT_ONCE = 64;

/** A source of salts: each call gives 16 fresh random bytes in hex. */
export function saltSource(): () => string {
  // one request for many is several times faster than many requests
  const pool = new Uint8Array(SALT_BYTES * SALTS_AT_ONCE);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      globalThis.crypto.getRandomValues(pool);
      used = 0;
    }
    const salt = toHex(pool.subarray(used, used + SALT_BYTES));
    used += SALT_BYTES;
    return salt;
  };
}

/** Written at once: a text that grows by pieces is kept as its pieces, for as long as a record keeps its salt. */
function toHex(bytes: Uint8Array): string {
  const codes = new Uint8Array(2 * bytes.length);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    codes[2 * at] = DIGITS[byte >> 4] ?? 0;
    codes[2 * at + 1] = DIGITS[byte & 15] ?? 0;
  }
  return DECODER.decode(codes);
}

const DIGITS: Uint8Array = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
const DECODER: TextDecoder = new TextDecoder();
