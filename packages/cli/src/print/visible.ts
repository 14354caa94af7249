/**
 * A text as it can be shown to people: control characters, line breaks and what reorders or hides letters are written as
 * escapes, so that nothing that a model wrote moves the cursor or makes other args look like these.
 */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** A text that is shown in a few columns: cut where it is longer. */
export function brief(text: string, length: number): string {
  const characters = charactersOf(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

/** The characters of a text as people count them. */
export function charactersOf(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter("en").segment(text), ({ segment }) => segment);
}
