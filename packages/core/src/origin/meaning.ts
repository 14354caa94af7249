/** stands in every text in which one of the three patterns below does: asked first, since most texts have none */
const WRITTEN_OUT = /[0-9](?:[.,' ’_][0-9]| ?[bhkmt])/;
const GROUPED = /(?<![0-9.,])[0-9]{1,3}(?:([.,' ’_])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]{1,2})?(?![0-9])/g;
const COMMA = /(?<![0-9.,])[0-9]+,[0-9]{1,2}(?![0-9])/g;
const SCALED = /(?<![0-9.,])([0-9]+(?:[.,][0-9]+)?) ?(k|m|mn|mio|million|bn|billion|thousand|hundred)(?![a-z])/g;
const SCALES: ReadonlyMap<string, number> = new Map([
  ["hundred", 100],
  ["k", 1000],
  ["thousand", 1000],
  ["m", 1_000_000],
  ["mn", 1_000_000],
  ["mio", 1_000_000],
  ["million", 1_000_000],
  ["bn", 1_000_000_000],
  ["billion", 1_000_000_000],
]);
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] as const;
const MONTH = `(${MONTHS.join("|")})[a-z]{0,6}`;
const DIGITS_OF_YEAR = /[12][0-9]{3}/;
const YEAR = /(?<![0-9])[12][0-9]{3}(?![0-9])/g;
/** how far before a year and after it a day and a month stand */
const [BEFORE_YEAR, AFTER_YEAR] = [24, 12];
const YEAR_FIRST = /(?<![0-9])([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])/g;
const YEAR_LAST = /(?<![0-9])([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?![0-9])/g;
const MARKED = /[0-9][-/.][0-9]{1,2}[-/.][0-9]/;
const NAMED = /[a-z]{3}/;
const DAY_MONTH = new RegExp(`(?<![0-9a-z])([0-9]{1,2})(?:st|nd|rd|th|\\.)? (?:of )?${MONTH},? ([0-9]{4})(?![0-9])`, "g");
const MONTH_DAY = new RegExp(`(?<![a-z])${MONTH} ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})(?![0-9])`, "g");

/** The numbers that grouped digits, decimal commas and words for thousands in a folded text may mean. */
export function numbersMeant(text: string): readonly number[] {
  if (!WRITTEN_OUT.test(text)) return [];
  const numbers: number[] = [];
  for (const [digits, mark = ""] of text.matchAll(GROUPED)) numbers.push(Number(digits.replaceAll(mark, "").replace(",", ".")));
  for (const [digits] of text.matchAll(COMMA)) numbers.push(Number(digits.replace(",", ".")));
  for (const [, digits = "", scale = ""] of text.matchAll(SCALED))
    numbers.push(Number((Number(digits.replace(",", ".")) * (SCALES.get(scale) ?? 1)).toPrecision(12)));
  return numbers.filter(Number.isFinite);
}

/** The days that a folded text may mean, as `2026-11-22`; where day and month cannot be told apart, both. */
export function daysMeant(text: string): readonly string[] {
  if (!DIGITS_OF_YEAR.test(text)) return [];
  const days = [...text.matchAll(YEAR)].flatMap(({ index }) => daysNear(text.slice(Math.max(0, index - BEFORE_YEAR), index + AFTER_YEAR)));
  return days.filter((day) => day !== undefined);
}

function daysNear(text: string): readonly (string | undefined)[] {
  const days: (string | undefined)[] = [];
  // years stand in many texts without a day: these two tests are most of what such a text costs
  if (MARKED.test(text)) {
    for (const [, year, , month, day] of text.matchAll(YEAR_FIRST)) days.push(dayOf(year, month, day));
    for (const [, first, , second, year] of text.matchAll(YEAR_LAST)) days.push(dayOf(year, second, first), dayOf(year, first, second));
  }
  if (!NAMED.test(text)) return days;
  for (const [, day, month, year] of text.matchAll(DAY_MONTH)) days.push(dayOf(year, monthOf(month), day));
  for (const [, month, day, year] of text.matchAll(MONTH_DAY)) days.push(dayOf(year, monthOf(month), day));
  return days;
}

function monthOf(name: string | undefined): string {
  return String(MONTHS.findIndex((month) => month === name) + 1);
}

function dayOf(year: string | undefined, month: string | undefined, day: string | undefined): string | undefined {
  const [m, d] = [Number(month), Number(day)];
  if (!(m >= 1 && m <= 12 && d >= 1 && d <= 31)) return undefined;
  return `${year}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`;
}
