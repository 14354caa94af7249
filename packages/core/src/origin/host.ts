const URL_RUN = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:[/\\]{1,3}[^\s"'<>`]+/g;
const WIDE_HOST = /(?<![\p{L}\p{N}.-])(?:[\p{L}\p{N}-]{1,63}\.){1,12}[\p{L}\p{N}-]{2,}/gu;
const UNUSUAL_URL = /[^\u0021-\u007e]|[%@\\]|:\/+(?:0x|[0-9.]+(?:[:/?#]|$))/i;
const LONGEST_URL = 2048;

/** The hosts that URLs and names in a folded text lead to, where the text does not spell them so. */
export function hostsMeant(text: string): readonly string[] {
  const hosts = new Set<string>();
  for (const [url] of text.matchAll(URL_RUN)) {
    const host = UNUSUAL_URL.test(url) ? hostOf(url) : undefined;
    if (host !== undefined) hosts.add(host);
  }
  if (/\P{ASCII}/u.test(text))
    for (const [name] of text.matchAll(WIDE_HOST)) {
      const host = /\P{ASCII}/u.test(name) ? hostOf(`http://${name}`) : undefined;
      if (host !== undefined) hosts.add(host);
    }
  return [...hosts];
}

/** The host that a URL leads to, as the WHATWG reads it: without user info and port, numbers as addresses, other scripts in Punycode. */
export function hostOf(url: string): string | undefined {
  if (url.length > LONGEST_URL) return hostOf(url.slice(0, LONGEST_URL));
  if (!URL.canParse(url)) return undefined;
  const { hostname, protocol } = new URL(url);
  // schemes that it does not know keep their host as it was written
  const host = /^(?:https?|ftp|wss?):$/.test(protocol) || hostname === "" ? hostname : hostOf(`http://${hostname}`);
  return host === undefined || host === "" ? undefined : host.replace(/\.$/, "").replace(/^www\./, "");
}
