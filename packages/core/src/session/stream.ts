/** Names of streams: every part is escaped, so that no id reaches into another's stream. */

/** The stream of one session of one tenant. */
export function sessionStream(tenant: string, session: string): string {
  return `session/${encodeURIComponent(tenant)}/${encodeURIComponent(session)}`;
}

/** The stream of one limit under one key; limits are counted for each tenant apart. */
export function limitStream(tenant: string, limit: string, key: string): string {
  return `limit/${encodeURIComponent(tenant)}/${encodeURIComponent(limit)}/${encodeURIComponent(key)}`;
}

/** Whether a stream is a session's. */
export function isSessionStream(stream: string): boolean {
  return stream.startsWith("session/");
}
