import { didYouMean } from "../../condition/nearest.ts";
import { patternProblem } from "../../detect/custom.ts";

/** What a pattern of a `data_protection` rule comes to: detectors that are there, or a pattern for one of the policy's own. */
export type DataPattern =
  | { readonly kind: "built-in"; readonly detectors: readonly string[] }
  | { readonly kind: "own"; readonly pattern: string }
  | { readonly kind: "wrong"; readonly says: string };

/** The names of data that Rune files use, and the detectors that find it. */
const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ["pii", ["pii"]],
  ["ssn", ["pii.ssn"]],
  ["credit_card", ["pii.card"]],
  ["email", ["pii.email"]],
  ["phone", ["pii.phone"]],
  ["phone_number", ["pii.phone"]],
  ["iban", ["pii.iban"]],
  ["passport", ["pii.passport"]],
  ["ip_address", ["pii.ip"]],
  ["address", ["pii.address"]],
  ["secrets", ["secrets"]],
  ["credentials", ["secrets"]],
  ["api_key", ["secrets"]],
  ["password", ["secrets.password"]],
  ["private_key", ["secrets.private-key"]],
  ["jwt", ["secrets.jwt"]],
]);

/** A name, and no pattern: nobody who means these letters writes them so. */
const NAME = /^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)+$/;

/** Reads one pattern. What looks like a name of data and is none, or nearly one, is refused: as a pattern it would find only itself. */
export function detectorOf(text: string): DataPattern {
  const detectors = NAMED.get(text);
  if (detectors !== undefined) return { kind: "built-in", detectors };
  const near = didYouMean(text, NAMED.keys());
  if (near !== "" || NAME.test(text)) {
    const hint = near || `; there are ${[...NAMED.keys()].map((name) => `\`${name}\``).join(", ")}`;
    return { kind: "wrong", says: `no data is called \`${text}\`${hint}; to find these letters write the pattern \`(?:${text})\`` };
  }
  const problem = patternProblem(text);
  return problem === undefined ? { kind: "own", pattern: text } : { kind: "wrong", says: `\`${text}\` ${problem}` };
}
