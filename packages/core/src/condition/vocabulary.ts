import type { Named } from "./type.ts";

/** Finds the name that a policy knows and that a name is a slip of; undefined where it is known, or near none. */
type Intended = (name: string) => string | undefined;

/** The names that a policy knows. Others are none of its business, but those that are nearly one of them are slips. */
export type Vocabulary = Readonly<Record<Named, Intended>>;

/** What is wrong with a name that is a slip of a known one. */
export function describeSlip(vocabulary: Vocabulary | undefined, named: Named, name: string): string | undefined {
  const intended = vocabulary?.[named](name);
  if (intended === undefined) return undefined;
  return named === "tool"
    ? `\`${name}\` is in no key of the catalog, did you mean \`${intended}\`? if it is another tool, add it to the catalog`
    : `no tool or rule puts the label \`${name}\`, did you mean \`${intended}\`?`;
}
