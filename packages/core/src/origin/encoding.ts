import { fromBase64 } from "./base64.ts";

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", " "],
  ["commat", "@"],
  ["period", "."],
  ["colon", ":"],
  ["sol", "/"],
  ["num", "#"],
  ["lowbar", "_"],
  ["hyphen", "-"],
  ["shy", ""],
  ["zwnj", ""],
  ["zwj", ""],
]);
const ENTITY = /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,8}));/gi;
const PERCENT = /(?:%[0-9a-f]{2})+/gi;
const BASE64_RUN = /[A-Za-z0-9+/_-]{12,}(?:\r?\n[A-Za-z0-9+/_-]{8,})*/y;
const HEX_RUN = /(?:(?:0x|\\x|%)?[0-9A-Fa-f]{2}[\s:,;-]{0,2}){6,}/y;
const CODES_RUN = /(?:[0-9]{2,3}[\s,;]{1,2}){6,}[0-9]{2,3}(?![0-9A-Za-z])/y;
/** the shortest run of one word that can hold a text */
const SHORTEST_RUN = 12;
/** of what base64 is written with: a letter or digit (1), one that can start a byte in hex (2), a digit (4), a mark (8) */
const STARTS: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => startOf(String.fromCharCode(code)));
/** the shortest piece of decoded bytes that counts as text */
const SHORTEST = 5;

/** A text with percent escapes and HTML entities undone. */
export function undoMarkup(text: string): string {
  const whole = text.includes("&") ? text.replace(ENTITY, entityOf) : text;
  return whole.includes("%") ? whole.replace(PERCENT, (run) => readBytes(bytesOfHex(run.replaceAll("%", "")))) : whole;
}

/** The texts that base64, hex and lists of character codes in a text hold. */
export function encodedTexts(text: string): readonly string[] {
  const texts: string[] = [];
  const add = (bytes: Uint8Array | undefined): void => {
    const found = bytes === undefined ? "" : printableRuns(readBytes(bytes));
    if (found !== "") texts.push(found);
  };
  let [base64Done, hexDone, codesDone] = [0, 0, 0];
  for (let start = 0; start < text.length; start++) {
    const first = STARTS[text.charCodeAt(start)] ?? 0;
    if (first === 0) continue;
    let end = start + 1;
    while (end < text.length && (STARTS[text.charCodeAt(end)] ?? 0) !== 0) end++;
    const length = end - start;
    if (start >= base64Done && length >= SHORTEST_RUN) {
      const run = runAt(BASE64_RUN, text, start);
      if (isMixed(run))
        add(
          fromBase64(
            run
              .replaceAll(/[\r\n]/g, "")
              .replaceAll("-", "+")
              .replaceAll("_", "/"),
          ),
        );
      base64Done = start + run.length;
    }
    if (start >= hexDone && (first & 2) !== 0 && (length <= 4 || length >= SHORTEST_RUN)) {
      const run = runAt(HEX_RUN, text, text[start - 1] === "\\" ? start - 1 : start);
      if (run !== "") add(bytesOfHex(run.replaceAll(/0x|\\x|[^0-9a-f]/gi, "")));
      hexDone = start + run.length - 1;
    }
    if (start >= codesDone && (first & 4) !== 0 && length <= 3) {
      const run = runAt(CODES_RUN, text, start);
      if (run !== "") add(bytesOfCodes(run.split(/[^0-9]+/).map(Number)));
      codesDone = start + run.length;
    }
    start = end;
  }
  return texts;
}

function startOf(character: string): number {
  const hex = /[0-9A-Fa-fx]/.test(character) ? 2 : 0;
  const digit = /[0-9]/.test(character) ? 4 : 0;
  if (/[A-Za-z0-9]/.test(character)) return 1 | hex | digit;
  return /[+/_-]/.test(character) ? 8 : 0;
}

function runAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function entityOf(whole: string, hex: string | undefined, decimal: string | undefined, name: string | undefined): string {
  if (name !== undefined) return ENTITIES.get(name.toLowerCase()) ?? whole;
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return point > 0x10ffff ? whole : String.fromCodePoint(point);
}

/** Whether a run can be base64 and is no plain word or path: words do not change case inside. */
function isMixed(run: string): boolean {
  return /[a-z0-9][A-Z]|[0-9][a-z]|[A-Z0-9+/]{12}/.test(run);
}

function bytesOfHex(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length >> 1 }, (_, at) => Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16));
}

function bytesOfCodes(codes: readonly number[]): Uint8Array | undefined {
  return codes.every((code) => code < 256) ? Uint8Array.from(codes) : undefined;
}

/** Bytes as UTF-8; what is none becomes replacement characters. Zeros, as of UTF-16, are left out. */
function readBytes(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.includes(0) ? bytes.filter((byte) => byte !== 0) : bytes);
}

/** What in decoded text looks like text. */
function printableRuns(text: string): string {
  const runs = text.match(/[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\s]+/gu) ?? [];
  return runs
    .flatMap((run) => run.split("\u{fffd}"))
    .filter((run) => run.trim().length >= SHORTEST)
    .join("\n");
}
