/** Names of streams: every part is escaped, so that no id reaches into another's stream. */

/** The stream of one session of one tenant. */
export function sessionStream(tenant: string, session: string): string {
  return `session/${encodeURIComponent(tenant)}/${encodeURIComponent(session)}`;
}

/** The stream of one limit under one key; limits are counted for each tenant apart. */
export function limitStream(tenant: string, limit: string, key: string): string {
  return `limit/${encodeURIComponent(tenant)}/${encodeURIComponent(limit)}/${encodeURIComponent(key)}`;
}

/** The stream in which the approvals that are asked for one principal are counted. */
export function asksStream(tenant: string, principal: string): string {
  return `asks/${encodeURIComponent(tenant)}/${encodeURIComponent(principal)}`;
}

/** Whether a stream is a session's. */
export function isSessionStream(stream: string): boolean {
  return stream.startsWith("session/");
}
