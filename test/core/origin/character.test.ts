import { expect, it } from "vitest";
import { CharacterClasses, DIGIT, LETTER, MARK, QUOTE, SPACE } from "../../../packages/core/src/origin/character.ts";

it("classes ASCII as Unicode does", () => {
  const classes = new CharacterClasses();
  const wanted = (character: string): number => {
    if (/\p{L}/u.test(character)) return LETTER;
    if (/\p{N}/u.test(character)) return DIGIT;
    if (/\s/u.test(character)) return SPACE;
    return /["'`\\]/u.test(character) ? QUOTE : MARK;
  };
  for (let point = 0; point < 128; point++) {
    expect({ point, class: classes.of(point) }).toEqual({ point, class: wanted(String.fromCodePoint(point)) });
    expect(classes.ascii()[point]).toBe(classes.of(point));
  }
});
