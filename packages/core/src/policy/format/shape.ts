/** What may stand at a place of a policy file. Reading, the JSON Schema and the reference all come from these values. */
export type Shape =
  | { readonly kind: "version" }
  /** a text that is not empty */
  | { readonly kind: "text" }
  /** a text on one line, without white space around it */
  | { readonly kind: "name" }
  | { readonly kind: "flag" }
  /** a finite number that is not negative */
  | { readonly kind: "amount" }
  /** a whole number from 1 */
  | { readonly kind: "count" }
  /** `15m`, `24h`, `1h30m` */
  | { readonly kind: "duration" }
  /** a path below the args of a call: `args.page.size` */
  | { readonly kind: "args-path" }
  /** a path within a result: `invoice.total` */
  | { readonly kind: "path" }
  /** a CEL condition; `or`: a word that may stand in its place */
  | { readonly kind: "condition"; readonly yields: string; readonly or?: string }
  /** a JSON Schema */
  | { readonly kind: "schema" }
  | ChoiceShape
  | { readonly kind: "list"; readonly of: Shape; readonly empty: "allowed" | "refused" }
  /** a mapping whose keys the author chooses */
  | { readonly kind: "table"; readonly key: Shape; readonly of: Shape; readonly noun: string; readonly empty: "allowed" | "refused" }
  | RecordShape;

/** One of some words. */
export interface ChoiceShape {
  readonly kind: "choice";
  readonly of: readonly string[];
}

/** A mapping with keys of its own. */
export interface RecordShape {
  readonly kind: "record";
  /** what one of these is called: `rule` */
  readonly noun: string;
  readonly says: string;
  readonly keys: Readonly<Record<string, Key>>;
}

/** One key of a record. */
export interface Key {
  /** one line of the reference */
  readonly says: string;
  readonly shape: Shape;
  readonly required?: true;
  /** what holds where it is left out, as it is said in the reference */
  readonly default?: string;
  /** YAML, as it would stand after the key */
  readonly example: string;
}

/** What a shape takes, in a few words: for messages and for the reference. */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case "version":
      return "the number `1`";
    case "text":
      return "text";
    case "name":
      return "a name";
    case "flag":
      return "`true` or `false`";
    case "amount":
      return "a number from 0";
    case "count":
      return "a whole number from 1";
    case "duration":
      return "a duration such as `90s`, `15m`, `24h`, `7d` or `1h30m`";
    case "args-path":
      return "a path that starts with `args.`";
    case "path":
      return "a path such as `invoice.total`";
    case "condition":
      return shape.or === undefined ? `CEL that yields ${shape.yields}` : `CEL that yields ${shape.yields}, or \`${shape.or}\``;
    case "schema":
      return "a JSON Schema";
    case "choice":
      return listWords(shape.of);
    case "list":
      return `a list of ${describeMany(shape.of)}`;
    case "table":
      return `a mapping from ${describeMany(shape.key)} to ${describeMany(shape.of)}`;
    case "record":
      return `a mapping (${shape.noun})`;
  }
}

/** Words as an alternative: `a`, `b` or `c`. */
export function listWords(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

function describeMany(shape: Shape): string {
  switch (shape.kind) {
    case "name":
      return "names";
    case "record":
      return `${shape.noun}s`;
    case "args-path":
    case "path":
      return "paths";
    case "condition":
      return "CEL expressions";
    default:
      return describeShape(shape);
  }
}
