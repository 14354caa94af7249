import type { Json } from "../value.ts";

/** Where something stands in a JSON value: keys and positions from the top. */
export type JsonPath = readonly (string | number)[];

/** Something in a schema that is not understood, and where in the schema. */
export interface SchemaProblem {
  readonly path: JsonPath;
  readonly message: string;
}

/** Where a value breaks its schema, and what should stand there. */
export interface Break {
  readonly path: JsonPath;
  readonly message: string;
}

/** A compiled schema or keyword: the first break of a value, if there is one. */
export type Check = (value: Json, run: Run) => Break | undefined;

/** What the keywords need of the compiler: subschemas, and a place for what is wrong. */
export interface SchemaCompiler {
  compile(schema: Json, path: JsonPath): Check;
  resolve(reference: string, path: JsonPath): Check;
  problem(path: JsonPath, message: string): undefined;
}

const MAX_STEPS = 1_000_000;
const MAX_REFERENCES = 512;

/** Thrown by `Run` and caught by the compiled schema: no branch of `anyOf` or `not` may take it for an answer. */
export class TooMuchWork extends Error {}

/** The work of checking one value; alternatives that recur could otherwise multiply it without bound. */
export class Run {
  #steps = 0;
  #references = 0;

  /** Counts a step, and one more for every 16 characters that it goes through. */
  charge(characters = 0): void {
    this.#steps += 1 + characters / 16;
    if (this.#steps > MAX_STEPS) throw new TooMuchWork();
  }

  /** Follows a reference, unless it stands within too many: one may lead back to itself. */
  follow(check: Check | undefined, value: Json): Break | undefined {
    if (++this.#references > MAX_REFERENCES) throw new TooMuchWork();
    const found = check?.(value, this);
    this.#references--;
    return found;
  }
}

/** A break of the value itself. */
export function broken(message: string): Break {
  return { path: [], message };
}

/** A break of a part of the value, as one of the value. */
export function within(key: string | number, part: Break | undefined): Break | undefined {
  return part === undefined ? undefined : { path: [key, ...part.path], message: part.message };
}

/** A path as people write it: `items[0].price`. */
export function formatPath(path: JsonPath): string {
  const steps = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[\w-]{1,64}$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 64))}]`;
  });
  return steps.join("").replace(/^\./, "");
}
