/** What a stream is of; undefined: another kind than this program knows. */
export type StreamName =
  | { readonly kind: "session"; readonly tenant: string; readonly session: string }
  | { readonly kind: "limit"; readonly tenant: string; readonly limit: string; readonly key: string };

/** Reads the name of a stream. */
export function readStreamName(stream: string): StreamName | undefined {
  const [kind, ...parts] = stream.split("/");
  const [tenant = "", second = "", third = ""] = parts.map(decode);
  if (kind === "session" && parts.length === 2) return { kind, tenant, session: second };
  return kind === "limit" && parts.length === 3 ? { kind, tenant, limit: second, key: third } : undefined;
}

/** A stream as people see it. */
export function describeStream(stream: string): string {
  const name = readStreamName(stream);
  if (name === undefined) return stream;
  const of = name.tenant === "" ? "" : ` of ${name.tenant}`;
  return name.kind === "session" ? `${name.session}${of}` : `limit ${name.limit} ${name.key}${of}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // a name that no store of ours wrote stands for itself
    return part;
  }
}
