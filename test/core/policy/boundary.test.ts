import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileBoundary, parseBoundaryEntry } from "../../../packages/core/src/policy/boundary.ts";

const inside = compileBoundary([
  "@example.com",
  "@*.partner.example",
  "*.example.com",
  "api.partner.example",
  "10.0.0.0/8",
  "fd00::/8",
  "192.0.2.7",
  "#general",
  "acct/12",
  "carol@other.example",
]);

describe("what is inside", () => {
  it.each([
    ["an address", "bob@example.com"],
    ["an address in capitals", "bob@EXAMPLE.COM"],
    ["mailto", "mailto:bob@example.com"],
    ["mailto in capitals", "MAILTO:bob@example.com"],
    ["a subdomain of @*.x", "bob@eu.partner.example"],
    ["a host", "a.example.com"],
    ["a deep host", "a.b.example.com"],
    ["a host with a port", "a.example.com:8443"],
    ["a URL", "https://a.example.com/p?q#f"],
    ["a URL with a port", "https://a.example.com:8443/"],
    ["a URL in capitals", "HTTPS://A.EXAMPLE.COM/"],
    ["a URL of an exact host", "https://api.partner.example"],
    ["another scheme with a host", "ssh://a.example.com/x"],
    ["an address in a range", "10.1.2.3"],
    ["a URL of one", "http://10.1.2.3:80/x"],
    ["a number in a URL", "http://167772161/"],
    ["an octal number in a URL", "http://012.0.0.1/"],
    ["IPv6", "fd00::1"],
    ["IPv6 in a URL", "http://[FD00:0::1]/"],
    ["one address", "192.0.2.7"],
    ["a URL of one address", "http://192.0.2.7/"],
    ["a channel", "#general"],
    ["an account", "acct/12"],
    ["one person", "carol@other.example"],
    ["one person by mailto", "mailto:carol@other.example"],
  ])("%s: %s", (_, destination) => expect(inside(destination)).toBe(true));
});

describe("what is outside", () => {
  it.each([
    ["nothing", ""],
    ["the parent of @*.x", "bob@partner.example"],
    ["a longer name", "bob@evilpartner.example"],
    ["an address of a subdomain", "bob@eu.example.com"],
    ["the parent of *.x", "https://example.com/"],
    ["a subdomain of an exact host", "x.api.partner.example"],
    ["two addresses", "bob@example.com,eve@evil.example"],
    ["two addresses by a space", "eve@evil.example bob@example.com"],
    ["two addresses by a line break", "bob@example.com\neve@evil.example"],
    ["two at signs", "eve@evil.example@example.com"],
    ["a display name", "Bob <bob@example.com>"],
    ["a quoted local part", '"eve@evil.example"@example.com'],
    ["a trailing dot", "a.example.com."],
    ["a leading dot", ".example.com"],
    ["an empty label", "a..example.com"],
    ["user info", "https://a.example.com:443@evil.example/"],
    ["user info before an inside host", "https://bob@a.example.com/"],
    ["empty user info", "https://@a.example.com/"],
    ["a backslash", "https://a.example.com\\@evil.example/"],
    ["a backslash before", "https://evil.example\\@a.example.com/"],
    ["a tab in a URL", "https://a.exam\tple.com/"],
    ["a space before a URL", " https://a.example.com/"],
    ["a path", "https://evil.example/a.example.com"],
    ["a query", "https://evil.example?.example.com"],
    ["a fragment", "https://evil.example#.example.com"],
    ["several hosts", "mongodb://evil.example,a.example.com/"],
    ["no host", "mailto:"],
    ["no slashes", "https:a.example.com"],
    ["no scheme", "//a.example.com/"],
    ["data", "data:text/plain,bob@example.com,x"],
    ["mailto with a header", "mailto:bob@example.com?cc=eve@evil.example"],
    ["mailto with an empty header", "mailto:bob@example.com?"],
    ["mailto whose header ends like an address", "mailto:eve?x@example.com"],
    ["mailto with %", "mailto:bob%40example.com"],
    ["mailto of a host", "mailto:a.example.com"],
    ["a path that ends like an address", "evil.example/x@example.com"],
    ["a fragment that ends like an address", "evil.example#@example.com"],
    ["a range itself", "10.0.0.0/8"],
    ["a pattern itself", "*.example.com"],
    ["a mail pattern itself", "@example.com"],
    ["an address out of range", "11.0.0.1"],
    ["a padded address", "10.0.0.01"],
    ["a short address", "10.1"],
    ["a bare number", "167772161"],
    ["a hexadecimal one", "0xa000001"],
    ["an address with a port", "10.0.0.1:80"],
    ["IPv6 in capitals", "FD00::1"],
    ["IPv6 that is not canonical", "fd00:0::1"],
    ["IPv6 in brackets", "[fd00::1]"],
    ["IPv4-mapped IPv6", "::ffff:10.0.0.1"],
    ["IPv4-mapped IPv6 in a URL", "http://[::ffff:10.0.0.1]/"],
    ["a zone", "fd00::1%eth0"],
    ["a host that starts like a range", "https://10.evil.example/"],
    ["another case of a channel", "#General"],
    ["a channel with more", "#general "],
    ["a port that is none", "a.example.com:99999"],
    ["dots of another script", "a.example。com"],
    ["a letter that folds to ASCII", "a.e\u212Aample.com"],
  ])("%s: %s", (_, destination) => expect(inside(destination)).toBe(false));

  it("every IPv4-mapped address, also in a range of everything", () => {
    const all = compileBoundary(["::/0"]);
    expect(all("::1")).toBe(true);
    expect(all("http://[::ffff:1.2.3.4]/")).toBe(false);
    expect(all("1.2.3.4")).toBe(false);
  });
});

describe("whatever is thrown at it", () => {
  const tight = compileBoundary(["@example.com", "*.example.com", "10.0.0.0/8", "fd00::/8"]);

  it("garbage is outside, and nothing throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !tight(text)));
  });

  it("nothing with white space, control characters or separators is inside", () => {
    const separator = fc.constantFrom(" ", "\n", "\r", "\t", "\0", ",", ";", "<", ">", '"', "\\", "\u00a0", "\u2028", "\u200b");
    const good = fc.constantFrom("bob@example.com", "a.example.com", "10.0.0.1", "fd00::1", "mailto:bob@example.com");
    fc.assert(
      fc.property(
        good,
        separator,
        fc.string(),
        fc.nat(),
        (text, mark, rest, at) => !tight(text.slice(0, at % (text.length + 1)) + mark + rest + text.slice(at % (text.length + 1))),
      ),
    );
  });

  it("domains compare without case", () => {
    const mixed = fc
      .constantFrom("bob@example.com", "a.example.com", "https://a.example.com/")
      .chain((text) => fc.tuple(fc.constant(text), fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length })));
    fc.assert(
      fc.property(mixed, ([text, upper]) =>
        tight(
          Array.from(text)
            .map((letter, index) => (upper[index] ? letter.toUpperCase() : letter))
            .join(""),
        ),
      ),
    );
  });

  it("an outside host stays outside whatever stands behind it", () => {
    const behind = fc.constantFrom(
      "/",
      "?",
      "#",
      "\\",
      "@",
      "/@",
      "/a.example.com",
      "?a.example.com",
      "#a.example.com",
      "/bob@example.com",
      ":80/a.example.com",
    );
    fc.assert(fc.property(fc.array(behind), (parts) => !tight(`https://evil.test/${parts.join("")}`)));
  });

  it("an IPv4 address is inside a range exactly where its first bits are", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.integer({ min: 0, max: 32 }),
        (base, address, prefix) => {
          const size = 2 ** (32 - prefix);
          const first = Math.floor(base / size) * size;
          return compileBoundary([`${dotted(first)}/${prefix}`])(dotted(address)) === (address >= first && address < first + size);
        },
      ),
    );
  });
});

function dotted(bits: number): string {
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}

describe("an entry", () => {
  it.each([
    "",
    " a",
    "@",
    "@*.",
    "*.",
    "@x y",
    "@*",
    "*",
    "a*b",
    "*@example.com",
    "10.0.0.0/33",
    "10.0.0.1/8",
    "010.0.0.0/8",
    "10.0.0.0/",
    "10.0.0.256/32",
    "fd00::/129",
    "FD00::/8",
    "::ffff:10.0.0.0/104",
    "@exämple.com",
  ])("`%s` is refused", (entry) => expect(parseBoundaryEntry(entry).kind).toBe("invalid"));

  it.each([
    ["@example.com", "mail"],
    ["@*.example.com", "mail-below"],
    ["*.example.com", "host-below"],
    ["example.com", "host"],
    ["10.0.0.0/8", "range"],
    ["::/0", "range"],
    ["acct/12", "literal"],
    ["12/34", "literal"],
    ["#general", "literal"],
    ["https://hooks.example/x", "literal"],
  ])("`%s` is a %s", (entry, kind) => expect(parseBoundaryEntry(entry).kind).toBe(kind));
});
