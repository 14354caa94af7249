import { createHash } from "node:crypto";

/** A digest of args that knows nothing of the gate's: what the counter and the auditor compare by. */
export function argsDigest(args: unknown): string {
  return createHash("sha256").update(stable(args)).digest("hex").slice(0, 16);
}

function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${stable(member)}`).join(",")}}`;
}
