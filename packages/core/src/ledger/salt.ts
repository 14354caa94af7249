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

function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += HEX[byte];
  return hex;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
