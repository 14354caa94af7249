import type { Probe, Report } from "../probe.ts";

/** The words for a passport after which a number of one is looked for. */
export const PASSPORT: readonly string[] =
  "passport passports reisepass passeport pasaporte passaporto passaporte паспорт паспорта 护照".split(" ");

const NUMBER = /[^\n\d]{0,24}?\b(?:[A-Z]{1,2} ?\d{6,8}|\d{2} ?\d{2} ?\d{6}|\d{8,9}|[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{8})\b/y;
const MRZ = /[PVI][A-Z<][A-Z]{3}[A-Z<]{20,39}(?:\r?\n[A-Z0-9<]{30,44})?/y;

/** A number like a passport's, near the word for one. */
export function passportAfterWord(text: string, _start: number, end: number, report: Report): void {
  NUMBER.lastIndex = end;
  const match = NUMBER.exec(text);
  if (match === null) return;
  const number = /[A-Z]{0,2} ?\d[\d ]{5,}$|[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{8}$/.exec(match[0]);
  if (number !== null) report("passport", end + number.index + (number[0].startsWith(" ") ? 1 : 0), end + match[0].length, 0.7);
}

/** The machine readable zone of a passport, at the `<` behind its first letter. */
export const probeMrz: Probe = (text, at, report) => {
  if (at === 0) return at + 1;
  MRZ.lastIndex = at - 1;
  if (!MRZ.test(text) || !text.slice(at, at + 44).includes("<<")) return at + 1;
  report("passport", at - 1, MRZ.lastIndex, 0.95);
  return MRZ.lastIndex;
};
