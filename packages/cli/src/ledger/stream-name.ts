/** What a stream is of; undefined: another kind than this program knows. */
export type StreamName =
  | { readonly kind: "session"; readonly tenant: string; readonly session: string }
  | { readonly kind: "limit"; readonly tenant: string; readonly limit: string; readonly key: string }
  /** the approvals that were asked for one principal, counted */
  | { readonly kind: "asks"; readonly tenant: string; readonly principal: string };

/** Reads the name of a stream. */
export function readStreamName(stream: string): StreamName | undefined {
  const [kind, ...parts] = stream.split("/");
  const [tenant = "", second = "", third = ""] = parts.map(decode);
  if (kind === "session" && parts.length === 2) return { kind, tenant, session: second };
  if (kind === "asks" && parts.length === 2) return { kind, tenant, principal: second };
  return kind === "limit" && parts.length === 3 ? { kind, tenant, limit: second, key: third } : undefined;
}

/** A stream as people see it. */
export function describeStream(stream: string): string {
  const name = readStreamName(stream);
  if (name === undefined) return stream;
  return `${titleOf(name)}${name.tenant === "" ? "" : ` of ${name.tenant}`}`;
}

function titleOf(name: StreamName): string {
  switch (name.kind) {
    case "session":
      return name.session;
    case "limit":
      return `limit ${name.limit} ${name.key}`;
    case "asks":
      return `asks ${name.principal}`;
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // a name that no store of ours wrote stands for itself
    return part;
  }
}
