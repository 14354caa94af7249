/** Letters that look like Latin ones, each with its look-alike: after case folding, so that capitals look like small letters too. */
const LOOK_ALIKES =
  "аa вb еe кk мm нh оo рp сc тt уy хx ѕs іi јj ԁd ԛq ԝw һh ӏl ьb зz ѵv гr пn ԍg ғf " +
  "αa βb γy δd εe ζz ηn ιi κk μm νv οo πn ρp σo τt υu χx ωw ϲc ϳj " +
  "ոn սu օo հh ցg զq յj ւi ռn եt " +
  "ıi ȷj ɑa ɡg ɩi ɪi ʟl ɴn ʀr ʏy ʙb ɢg ʜh ᴀa ᴄc ᴅd ᴇe ꜰf ᴊj ᴋk ᴍm ᴏo ᴘp ꞯq ꜱs ᴛt ᴜu ᴠv ᴡw ᴢz " +
  "łl øo đd ħh ŧt ƀb ðd ɛe ɔc ƒf ɵo ɨi ʉu ɗd ɓb ɠg ɦh ɱm ŋn ɼr ʂs ƭt ʋv ʐz ǝe ɹr ʇt ʌv ʍm ʎy ɐa ɟf ɥh ʞk " +
  "。. ․. ‧. ·. •. ∙. ⋅. ∕/ ⁄/ ⧸/ ：: ∶: ։: ׃: ꞉: ﹫@ ‐- ‑- ‒- –- —- ―- −- ﹘- ➖-";
const LONGER = new Map([
  ["æ", "ae"],
  ["œ", "oe"],
  ["þ", "th"],
]);
const TAG_BASE = 0xe0000;
const BLOCK = 256;

/** How texts look to a reader: letters by what they look like, accents and what is invisible left out. */
export class Likeness {
  readonly #blocks = new Map<number, readonly string[]>();
  #alike: ReadonlyMap<string, string> | undefined;

  /** How a folded text looks. */
  of(text: string): string {
    const parts: string[] = [];
    let from = 0;
    for (let at = 0; at < text.length;) {
      const code = text.charCodeAt(at);
      if (code < 128) {
        at++;
        continue;
      }
      const point = text.codePointAt(at) ?? code;
      parts.push(text.slice(from, at), this.#character(point));
      at += point > 0xffff ? 2 : 1;
      from = at;
    }
    return from === 0 ? text : parts.join("") + text.slice(from);
  }

  #character(point: number): string {
    const block = this.#blocks.get(point >> 8) ?? this.#workOut(point >> 8);
    return block[point & 255] ?? "";
  }

  #workOut(number: number): readonly string[] {
    const block = Array.from({ length: BLOCK }, (_, low) => this.#look(number * BLOCK + low));
    this.#blocks.set(number, block);
    return block;
  }

  #look(point: number): string {
    const character = String.fromCodePoint(point);
    // tag characters: ASCII that nothing shows
    if (point > TAG_BASE + 0x1f && point < TAG_BASE + 0x7f) return String.fromCodePoint(point - TAG_BASE).toLowerCase();
    if (/[\p{Cf}\p{M}\u115f\u1160\u3164\uffa0]/u.test(character)) return "";
    const enclosed = enclosedLetter(point);
    if (enclosed !== undefined) return enclosed;
    // Hangul would fall apart into many letters, and looks like nothing else
    const base = /\p{Script=Hangul}/u.test(character) ? character : character.normalize("NFKD").replaceAll(/\p{M}/gu, "");
    this.#alike ??= lookAlikes();
    return this.#alike.get(character) ?? this.#alike.get(base) ?? digitOf(base, point) ?? base.toLowerCase();
  }
}

function lookAlikes(): ReadonlyMap<string, string> {
  return new Map([...LONGER, ...LOOK_ALIKES.split(" ").map((pair): [string, string] => [pair.slice(0, -1), pair.slice(-1)])]);
}

/** The letters in circles, squares and flags that no normal form takes apart. */
function enclosedLetter(point: number): string | undefined {
  const first = [0x1f150, 0x1f170, 0x1f1e6].find((start) => point >= start && point < start + 26);
  return first === undefined ? undefined : String.fromCodePoint(0x61 + point - first);
}

/** A digit of another script: their zeros start blocks of ten. */
function digitOf(character: string, point: number): string | undefined {
  if (!/^\p{Nd}$/u.test(character)) return undefined;
  let zero = point;
  while (point - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String(point - zero);
}
