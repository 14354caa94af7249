import { isAlnum, isDigit, isLetter } from "../chars.ts";
import type { RunProbe } from "../probe.ts";

/** Lengths by country, of the SWIFT IBAN registry. */
const LENGTHS =
  "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/** An IBAN that starts with a run: a country's length, single spaces or hyphens between groups, check digits (ISO 7064, mod 97-10). */
export const probeIban: RunProbe = (text, start, _end, report) => {
  if (!isLetter(text.charCodeAt(start)) || !isLetter(text.charCodeAt(start + 1)) || !isDigit(text.charCodeAt(start + 2))) return;
  const place = LENGTHS.indexOf(text.slice(start, start + 2).toUpperCase());
  if (place < 0 || place % 5 !== 0) return;
  const length = Number(LENGTHS.slice(place + 2, place + 4));
  let chars = "";
  let at = start;
  for (; chars.length < length; at++) {
    const code = text.charCodeAt(at);
    if (isAlnum(code)) chars += text[at];
    else if ((code !== 0x20 && code !== 0x2d) || !isAlnum(text.charCodeAt(at + 1))) return;
  }
  if (!isAlnum(text.charCodeAt(at)) && fits(chars.toUpperCase())) report("iban", start, at, 0.98);
};

function fits(iban: string): boolean {
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
