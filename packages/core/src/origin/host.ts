import { unusualRegions } from "./region.ts";

const SCHEME = /[a-z][a-z0-9+.-]{1,20}$/;
const REST = /[^\s"'<>`]*/y;
const WIDE_HOST = /(?<![\p{L}\p{N}.-])(?:[\p{L}\p{N}-]{1,63}\.){1,12}[\p{L}\p{N}-]{2,}/gu;
const UNUSUAL_URL = /[^\u0021-\u007e]|[%@\\]|:\/+(?:0x|[0-9.]+(?:[:/?#]|$))/i;
const LONGEST_URL = 2048;

/** The hosts that URLs and names in a folded text lead to, where the text does not spell them so; `regions` are its unusual ones. */
export function hostsMeant(text: string, regions: readonly string[] = unusualRegions(text)): readonly string[] {
  const hosts = new Set<string | undefined>();
  for (const url of urlsIn(text)) if (UNUSUAL_URL.test(url)) hosts.add(hostOf(url));
  for (const region of regions)
    for (const [name] of region.matchAll(WIDE_HOST)) if (/\P{ASCII}/u.test(name)) hosts.add(hostOf(`http://${name}`));
  return [...hosts].filter((host) => host !== undefined);
}

/** The URLs in a folded text: a scheme, a colon, slashes of either kind, and what follows up to white space or a quote. */
export function urlsIn(text: string): readonly string[] {
  const urls: string[] = [];
  for (let colon = text.indexOf(":"); colon >= 0; colon = text.indexOf(":", colon + 1)) {
    const next = text[colon + 1];
    const [scheme] = next === "/" || next === "\\" ? (SCHEME.exec(text.slice(Math.max(0, colon - 24), colon)) ?? []) : [];
    if (scheme === undefined) continue;
    REST.lastIndex = colon;
    const [rest = ""] = REST.exec(text) ?? [];
    urls.push(scheme + rest.slice(0, LONGEST_URL));
    colon += rest.length;
  }
  return urls;
}

/** The host that a URL leads to, as the WHATWG reads it: without user info and port, numbers as addresses, other scripts in Punycode. */
export function hostOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, protocol } = new URL(url);
  // schemes that it does not know keep their host as it was written
  const host = /^(?:https?|ftp|wss?):$/.test(protocol) || hostname === "" ? hostname : hostOf(`http://${hostname}`);
  return host === undefined || host === "" ? undefined : host.replace(/\.$/, "").replace(/^www\./, "");
}
