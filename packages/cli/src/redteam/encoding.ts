/** Ways to write a text so that it no longer looks like itself. */

const HOMOGLYPHS: Readonly<Record<string, string>> = { a: "а", c: "с", e: "е", i: "і", o: "о", p: "р", x: "х", y: "у" };

const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  base64: (text) => Buffer.from(text).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  hex: (text) => Buffer.from(text).toString("hex"),
  percent: (text) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  html: (text) => Array.from(text, (character) => `&#${character.codePointAt(0) ?? 0};`).join(""),
  unicode: (text) => Array.from(text, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`).join(""),
  homoglyph: (text) => text.replaceAll(/[aceiopxy]/g, (letter) => HOMOGLYPHS[letter] ?? letter),
  fullwidth: (text) => text.replaceAll(/[!-~]/g, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0)),
  zero_width: (text) => Array.from(text).join("\u{200b}"),
  spaced: (text) => Array.from(text).join(" "),
  dotted: (text) => text.replaceAll("@", " (at) ").replaceAll(".", " (dot) "),
  reversed: (text) => Array.from(text).reverse().join(""),
  rot13: (text) => text.replaceAll(/[a-z]/gi, rotate),
  upper: (text) => text.toUpperCase(),
  first: (text) => text.slice(0, Math.ceil(text.length / 2)),
  second: (text) => text.slice(Math.ceil(text.length / 2)),
  tags: (text) => Array.from(text, (character) => String.fromCodePoint(0xe0000 + ((character.codePointAt(0) ?? 0) & 0x7f))).join(""),
  soft_hyphens: (text) => Array.from(text).join("\u{ad}"),
  quoted: (text) => JSON.stringify(JSON.stringify(text)),
};

/** The names of the encodings. */
export const ENCODING_NAMES: readonly string[] = Object.keys(ENCODINGS);

/** A text in an encoding; undefined where there is no such encoding. */
export function encode(text: string, encoding: string): string | undefined {
  return Object.hasOwn(ENCODINGS, encoding) ? ENCODINGS[encoding]?.(text) : undefined;
}

function rotate(letter: string): string {
  const base = letter <= "Z" ? 65 : 97;
  return String.fromCodePoint(((letter.charCodeAt(0) - base + 13) % 26) + base);
}
