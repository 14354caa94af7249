/** A text in which one thing is to be found. */
export interface Sample {
  readonly kind: string;
  readonly text: string;
  /** the part that is to be covered; undefined: anywhere counts */
  readonly part?: string;
}

/** Samples of one kind, written as texts with the part to be found between `⟦` and `⟧`. */
export function samples(kind: string, texts: readonly string[]): readonly Sample[] {
  return texts.map((text) => {
    const part = /⟦([\s\S]*)⟧/.exec(text)?.[1];
    return { kind, text: text.replace(/[⟦⟧]/g, ""), ...(part === undefined ? {} : { part }) };
  });
}
