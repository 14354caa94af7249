import { dnsName, emailDomain, urlHost } from "../condition/address.ts";
import { inRange, parseIp, parseRange } from "./ip.ts";
import type { IpRange } from "./ip.ts";

/** What one entry of the boundary names. */
export type BoundaryEntry =
  | { readonly kind: "mail" | "mail-below" | "host" | "host-below"; readonly name: string }
  | { readonly kind: "range"; readonly range: IpRange }
  /** a channel, an account: matches what is exactly equal to it */
  | { readonly kind: "literal" }
  | { readonly kind: "invalid"; readonly says: string };

/** Reads one entry of the boundary. */
export function parseBoundaryEntry(entry: string): BoundaryEntry {
  if (entry === "" || entry !== entry.trim()) return invalid("is empty or has white space around it; remove that");
  if (entry.startsWith("@*.")) return named("mail-below", entry.slice(3));
  if (entry.startsWith("@")) return named("mail", entry.slice(1));
  if (entry.startsWith("*.")) return named("host-below", entry.slice(2));
  if (entry.includes("*")) return invalid("has a `*` where none can stand; only `*.x` and `@*.x` have one");
  return looksLikeRange(entry) ? rangeEntry(entry) : hostEntry(entry);
}

/** Compiles the boundary: whether a destination is inside. What cannot be parsed is outside. */
export function compileBoundary(entries: readonly string[]): (destination: string) => boolean {
  const parsed = entries.map((entry) => ({ entry, ...parseBoundaryEntry(entry) }));
  const namesOf = (kind: BoundaryEntry["kind"]): ReadonlySet<string> =>
    new Set(parsed.flatMap((one) => ("name" in one && one.kind === kind ? [one.name] : [])));
  const equal = new Set(parsed.filter(({ kind }) => kind === "literal" || kind === "host").map(({ entry }) => entry));
  const mail = matchNames(namesOf("mail"), namesOf("mail-below"));
  const host = matchNames(namesOf("host"), namesOf("host-below"));
  const ranges = parsed.flatMap((one) => (one.kind === "range" ? [one.range] : []));
  return (destination) => {
    if (equal.has(destination)) return true;
    const address = mailAddress(destination);
    if (address !== undefined) return mail(emailDomain(address) ?? "") || equal.has(address);
    const name = hostOf(destination);
    return name !== undefined && (host(name) || isInRanges(name, ranges));
  };
}

/** The e-mail address that a destination is, or names by `mailto:`. One with `/`, `?` or `#` is none here: something else may read it as a URL. */
function mailAddress(destination: string): string | undefined {
  const address = /^mailto:/i.test(destination) ? destination.slice("mailto:".length) : destination;
  return emailDomain(address) === undefined || /[/?#]/.test(address) ? undefined : address;
}

/** The host of a URL, a bare DNS name, a port aside, or a canonical IP address. */
function hostOf(destination: string): string | undefined {
  const host = urlHost(destination);
  if (host !== undefined) return dnsName(host) ?? canonicalIp(host.replace(/^\[(.*)\]$/, "$1"));
  return dnsName(withoutPort(destination)) ?? canonicalIp(destination);
}

function canonicalIp(text: string): string | undefined {
  return parseIp(text) === undefined ? undefined : text;
}

function withoutPort(text: string): string {
  const [, name, port] = /^([^:]+):([0-9]{1,5})$/.exec(text) ?? [];
  return name !== undefined && Number(port) <= 65_535 ? name : text;
}

function isInRanges(host: string, ranges: readonly IpRange[]): boolean {
  const address = parseIp(host);
  return address !== undefined && ranges.some((range) => inRange(address, range));
}

/** Matches a name that is one of some, or a subdomain of one of others. */
function matchNames(exact: ReadonlySet<string>, parents: ReadonlySet<string>): (name: string) => boolean {
  return (name) => {
    if (exact.has(name)) return true;
    for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) if (parents.has(name.slice(dot + 1))) return true;
    return false;
  };
}

function named(kind: "mail" | "mail-below" | "host-below", domain: string): BoundaryEntry {
  const name = dnsName(domain);
  return name === undefined
    ? invalid(`has no domain name in \`${domain}\`; write one such as \`example.com\`, other scripts as \`xn--…\``)
    : { kind, name };
}

/** Four numbers, or hexadecimal groups, before a slash: nobody calls a channel so. */
function looksLikeRange(entry: string): boolean {
  return entry.length <= 64 && /^(?:[0-9]+(?:\.[0-9]+){3}|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*)\/[0-9]*$/i.test(entry);
}

function rangeEntry(entry: string): BoundaryEntry {
  const range = parseRange(entry);
  return range === undefined
    ? invalid(
        "is no range; write a canonical address and a prefix length, with zeros behind the prefix, such as `10.0.0.0/8` or `fd00::/8`",
      )
    : { kind: "range", range };
}

function hostEntry(entry: string): BoundaryEntry {
  const name = dnsName(entry) ?? canonicalIp(entry);
  return name === undefined ? { kind: "literal" } : { kind: "host", name };
}

function invalid(says: string): BoundaryEntry {
  return { kind: "invalid", says };
}
