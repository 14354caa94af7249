import { seeded } from "./random.ts";

const SYLLABLES = [
  "ba",
  "con",
  "del",
  "er",
  "fir",
  "gan",
  "hel",
  "in",
  "jor",
  "kel",
  "lo",
  "men",
  "nor",
  "ou",
  "per",
  "qui",
  "ris",
  "sta",
  "ten",
  "ver",
];

/** A mail-like text of about this many characters: words, addresses, amounts, links. Another seed has other words. */
export function mailText(length: number, seed: number): string {
  const next = seeded(seed);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)];
  const word = (): string => Array.from({ length: 1 + Math.floor(next() * 3) }, () => pick(SYLLABLES)).join("");
  const pieces: string[] = [];
  for (let size = 0; size < length;) {
    const kind = next();
    const piece =
      kind < 0.01
        ? `${word()}.${word()}@${word()}.example`
        : kind < 0.02
          ? `https://www.${word()}.example/${word()}?id=${Math.floor(next() * 1e6)}`
          : kind < 0.04
            ? `${(next() * 1e4).toFixed(2)} EUR`
            : kind < 0.1
              ? `${word()}.\n`
              : word();
    pieces.push(piece);
    size += piece.length + 1;
  }
  return pieces.join(" ").slice(0, length);
}

/** 10 KB that nearly match what detectors look for. */
export const HOSTILE: Readonly<Record<string, string>> = {
  "near tokens": "eyJ0.eyJ1.sk-ghp_AKIA".repeat(500).slice(0, 10_240),
  digits: "4111 1111-1111 1112 ".repeat(520).slice(0, 10_240),
  "at signs": "a@b.c@d.e@@f..g@".repeat(640).slice(0, 10_240),
  instructions: "ignore all the previous please ignore instruct ".repeat(220).slice(0, 10_240),
  "hidden letters": "i\u200Bg\u200Bn\u200Bo\u200Br\u200Be ".repeat(800).slice(0, 10_240),
};
