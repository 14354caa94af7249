import type { Sensor, WordProbe } from "../probe.ts";

/** Words after which the value of a password is looked for. */
const PASSWORDS = "password passwd pwd passphrase passcode pass pin kennwort passwort contrasena clave senha пароль 密码 口令".split(" ");
/** Words after which a value is looked for that is long and random. */
const CREDENTIALS =
  "key apikey token secret credential credentials clientsecret accesstoken secretkey authtoken accesskey privatekey refreshtoken apitoken accountkey sharedaccesskey secretaccesskey sessiontoken authorization bearer basic".split(
    " ",
  );

const ASSIGNED = /["'`]{0,2}(?: {0,2}(?:is|was|ist|es|est|lautet)(?= )|[\t ]{0,2}(?::=|=>|[:=：]))[\t ]{0,2}\n?[\t ]{0,2}(["'`]?)([^\s"'`,;<>(){}]{4,200})/y;
const SCHEME = /[\t ]{1,2}()([A-Za-z0-9._~+/=-]{16,200})/y;

/** What is assigned to a name that says it is a secret. */
export const assignments: Sensor = { vocabulary: [...PASSWORDS, ...CREDENTIALS], open: () => ({ word: probeAssignment }) };

const probeAssignment: WordProbe = (text, start, end, _index, report) => {
  const word = text.slice(start, end).toLowerCase();
  const shape = word === "bearer" || word === "basic" ? SCHEME : ASSIGNED;
  shape.lastIndex = end;
  const match = shape.exec(text);
  if (match === null) return;
  const [whole, quote = "", written = ""] = match;
  const value = quote === "" ? written.replace(/\.$/, "") : written;
  if (STAND_IN.test(value)) return;
  const at = end + whole.length - written.length;
  // a longer one is as secret
  const stop = value === written ? runEnd(text, shape.lastIndex) : at + value.length;
  if (PASSWORDS.includes(word)) {
    if (isPassword(value, word === "pin")) report("password", at, stop, 0.8);
  } else if (isRandom(value)) report(word === "accountkey" ? "azure-key" : "credential", at, stop, 0.8);
};

const VALUE = /[^\s"'`,;<>(){}]/;

function runEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && VALUE.test(text.charAt(at))) at++;
  return at;
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
  return value.length >= 16 && classesOf(value) >= 2 && /\d/.test(value) && entropyOf(value) > 3;
}

function classesOf(value: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((shape) => shape.test(value)).length;
}

function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
