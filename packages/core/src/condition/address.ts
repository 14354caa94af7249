const LOCAL_PART = /^[a-z0-9#$&'*+/=?^_`{|}~-]+(?:\.[a-z0-9#$&'*+/=?^_`{|}~-]+)*$/i;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const NUMERIC = /^(?:[0-9]+|0x[0-9a-f]*)$/;
const URL_START = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)/i;

/**
 * The domain, in lower case, of exactly one e-mail address: `local@domain`, nothing around it.
 * Quoted local parts, comments, and `%` and `!` (which mail servers may route by) are not read.
 */
export function emailDomain(text: string): string | undefined {
  const at = text.indexOf("@");
  if (at < 1 || at > 64 || text.length > 254) return undefined;
  return LOCAL_PART.test(text.slice(0, at)) ? dnsName(text.slice(at + 1)) : undefined;
}

/** A bare DNS name in lower case: letters, digits and hyphens; no trailing dot, and no numeric last label, as an IP address has. */
export function dnsName(text: string): string | undefined {
  if (text.length > 253) return undefined;
  const labels = text.toLowerCase().split(".");
  if (!isAscii(text) || !labels.every((label) => LABEL.test(label))) return undefined;
  return NUMERIC.test(labels.at(-1) ?? "") ? undefined : labels.join(".");
}

/**
 * The WHATWG host of a URL with `//`, in lower case, without its port; IPv6 stands in brackets.
 * What readers of URLs understand differently has none: user info, backslashes, white space, a trailing dot.
 */
export function urlHost(text: string): string | undefined {
  const authority = URL_START.exec(text)?.[2];
  if (authority === undefined || authority.includes("@") || !isPlain(text) || !URL.canParse(text)) return undefined;
  const host = new URL(text).hostname.toLowerCase();
  return host === "" || host.endsWith(".") || host.includes("%") ? undefined : host;
}

/** Without white space, control characters and backslashes, which some readers of URLs drop or change. */
function isPlain(text: string): boolean {
  return !/[\s\\]/.test(text) && !/\p{Cc}/u.test(text);
}

function isAscii(text: string): boolean {
  return !/\P{ASCII}/u.test(text);
}
