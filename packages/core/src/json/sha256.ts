import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Json } from "../value.ts";
import { canonical } from "./canonical.ts";

/** Node's process as far as it is looked at here; other runtimes have none. */
declare const process: { getBuiltinModule?(id: "node:crypto"): NodeCrypto | undefined } | undefined;

interface NodeCrypto {
  readonly hash?: (algorithm: "sha256", text: string) => string;
}

/** SHA-256 over the UTF-8 of the parts, one after the other, in hex: 64 characters. */
export function sha256Hex(...parts: readonly string[]): string {
  let text = "";
  for (const part of parts) text += part;
  return hashHex(text);
}

/** SHA-256 over the canonical JSON of a value, in hex. */
export function digestOf(value: Json): string {
  return hashHex(canonical(value));
}

/** SHA-256 in JavaScript, for runtimes without Node's; five times slower than it. */
export function portableSha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

const nodeHash = typeof process === "undefined" ? undefined : process.getBuiltinModule?.("node:crypto")?.hash;

const hashHex: (text: string) => string = nodeHash === undefined ? portableSha256Hex : (text) => nodeHash("sha256", text);
