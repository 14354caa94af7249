import type { Hit, Report, Sensor } from "../probe.ts";

/** Words after which the value of a password is looked for. */
const PASSWORDS: ReadonlySet<string> = new Set(
  "password passwords passwd pwd passphrase passcode pass pin kennwort passwort contrasena clave senha пароль 密码 口令".split(" "),
);
/** Words after which a value is looked for that is long and random. */
const CREDENTIALS =
  "key keys apikey apikeys token tokens secret secrets credential credentials clientsecret accesstoken secretkey authtoken accesskey privatekey refreshtoken apitoken accountkey sharedaccesskey secretaccesskey sessiontoken authorization bearer basic".split(
    " ",
  );

/** What stands between a name and its value: `: `, ` = "`, ` is `. */
const ASSIGNS = /["'`]{0,2}(?: {0,2}(?:is|was|ist|es|est|lautet) |[\t ]{0,2}(?::=|=>|[:=：])[\t ]{0,2}\n?)[\t ]{0,2}["'`]?/y;
const SPACES = /[\t ]{1,2}/y;

/** What is assigned to a name that says it is a secret. */
export const assignments: Sensor = {
  vocabulary: [...PASSWORDS, ...CREDENTIALS],
  open: () => {
    let next = 0;
    return {
      word: (text, hit, report) => {
        // what stands in a value that was found is no name
        if (hit.start >= next) next = probeAssignment(text, hit, report);
      },
    };
  },
};

/** Looks behind a name; returns up to where that has been found to be its value. */
function probeAssignment(text: string, { word, end }: Hit, report: Report): number {
  const between = word === "bearer" || word === "basic" ? SPACES : ASSIGNS;
  between.lastIndex = end;
  if (!between.test(text)) return end;
  const at = between.lastIndex;
  let stop = runEnd(text, at, at + ENOUGH);
  const isWhole = stop - at < ENOUGH;
  // the end of a sentence, unless quotes say where the value ends
  if (isWhole && text[stop - 1] === "." && !QUOTES.includes(text[at - 1] ?? " ")) stop--;
  if (stop - at < SHORTEST) return end;
  const isPasswords = PASSWORDS.has(word);
  const value = text.slice(at, stop);
  const isSecret = isPasswords ? isPassword(value, word === "pin") : isRandom(value);
  if (!isSecret || STAND_IN.test(value)) return end;
  if (!isWhole) stop = runEnd(text, stop, text.length);
  report(isPasswords ? "password" : word === "accountkey" ? "azure-key" : "credential", at, stop, 0.8);
  return stop;
}

/** The shortest secret: a PIN. */
const SHORTEST = 4;
/** From so many characters on more of them say nothing new of how mixed a value is. */
const ENOUGH = 40;
const QUOTES = "\"'`";

/** Where a value ends, looked for up to a place: white space, quotes and brackets end it. */
function runEnd(text: string, from: number, to: number): number {
  let at = from;
  for (; at < to; at++) {
    const code = text.charCodeAt(at);
    if (endsValue(code)) break;
  }
  return at;
}

/** Also true for the NaN beyond the end. */
function endsValue(code: number): boolean {
  if (!(code > 0x2c)) return !(code > 0x20) || code === 0x22 || code === 0x27 || code === 0x28 || code === 0x29 || code === 0x2c;
  return code === 0x3b || code === 0x3c || code === 0x3e || code === 0x60 || code === 0x7b || code === 0x7d || code === 0xa0;
}

/** What people write where a secret would stand. */
const STAND_IN =
  /^(?:[*x•.]{3,}|\$|%|\{|\[|<|your|my[_-]|example|changeme|placeholder|redacted|required|optional|process\.|os\.|env[.:]|https?:|null$|none$|undefined$|true$|false$|string$)/i;

function isPassword(value: string, pin: boolean): boolean {
  if (pin) return /^\d{4,8}$/.test(value);
  return value.length >= 6 && classesOf(value) >= 2;
}

/** Whether a value is long and mixed as a generated one is: more than 3 bits a character by Shannon's measure. */
function isRandom(value: string): boolean {
  return value.length >= 16 && entropyOf(value) > 3 && /\d/.test(value) && classesOf(value) >= 2;
}

const CLASSES = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/];

function classesOf(value: string): number {
  return CLASSES.reduce((count, shape) => (shape.test(value) ? count + 1 : count), 0);
}

function entropyOf(value: string): number {
  // 3 bits take more than 8 characters; most values stop here
  if (distinctIn(value) <= 8) return 0;
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

function distinctIn(value: string): number {
  // a bit for each character of ASCII
  let [low, middle, high] = [0, 0, 0];
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    const bit = 1 << (code & 31);
    if (code < 64) low |= bit;
    else if (code < 96) middle |= bit;
    else high |= bit;
  }
  return bitsIn(low) + bitsIn(middle) + bitsIn(high);
}

function bitsIn(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}
