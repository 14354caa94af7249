const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration such as `15m` or `1h30m` (units s, m, h, d, the longer before the shorter); undefined where the text is none or is not above zero. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/.test(text)) return undefined;
  let millis = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([dhms])/g)) millis += Number(count) * (units[unit ?? ""] ?? 0);
  return millis > 0 && Number.isSafeInteger(millis) ? millis : undefined;
}
