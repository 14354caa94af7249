import { isObject, type Json, type JsonObject } from "../value.ts";
import { copyJson } from "./copy.ts";
import { broken, type Check, formatPath, type JsonPath, Run, TooMuchWork } from "./schema-check.ts";
import type { SchemaCompiler, SchemaProblem } from "./schema-check.ts";
import { PART_KEYWORDS } from "./schema-parts.ts";
import { VALUE_KEYWORDS } from "./schema-values.ts";

/** A schema made ready to check values, or everything that is wrong with it. */
export type CompiledSchema =
  | {
      readonly ok: true;
      /** The first break of a value, with its path; undefined where it fits. Never throws. */
      check(value: Json): string | undefined;
    }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/**
 * Compiles a JSON Schema (the part of draft 2020-12 that tool definitions use) into closures: no code is generated, patterns
 * are RE2's, and the work on one value is bounded. Strict: a keyword that is neither checked nor an annotation is a problem.
 */
export function compileSchema(schema: unknown): CompiledSchema {
  const copy = copyJson(schema);
  if (!copy.ok) return { ok: false, problems: [{ path: [], message: copy.reason }] };
  const compiler = new Compiler(copy.value);
  const check = compiler.compileAll();
  if (compiler.problems.length > 0) return { ok: false, problems: compiler.problems };
  return { ok: true, check: (value) => checkBounded(check, value) };
}

function checkBounded(check: Check, value: Json): string | undefined {
  try {
    const found = check(value, new Run());
    if (found === undefined) return undefined;
    return found.path.length === 0 ? `it ${found.message}` : `\`${formatPath(found.path)}\` ${found.message}`;
  } catch (cause) {
    if (cause instanceof TooMuchWork) return "it takes too long to check";
    throw cause;
  }
}

const DEFINITIONS: readonly string[] = ["$defs", "definitions"];

const ANNOTATIONS: ReadonlySet<string> = new Set([
  "title",
  "description",
  "default",
  "examples",
  "format",
  "$schema",
  "$id",
  "$comment",
  "deprecated",
  "readOnly",
  "writeOnly",
]);

class Compiler implements SchemaCompiler {
  readonly problems: SchemaProblem[] = [];
  readonly #root: Json;
  // filled in as schemas are compiled, so that a schema may refer to itself
  readonly #named = new Map<string, Check>();

  constructor(root: Json) {
    this.#root = root;
  }

  /** Compiles the definitions, also those that nothing refers to, and the schema. */
  compileAll(): Check {
    for (const place of DEFINITIONS) {
      for (const [key, schema] of Object.entries(this.#definitions(place))) {
        this.#named.set(`#/${place}/${key}`, this.compile(schema, [place, key]));
      }
    }
    const check = this.compile(this.#root, []);
    this.#named.set("#", check);
    return check;
  }

  compile(schema: Json, path: JsonPath): Check {
    if (schema === true) return () => undefined;
    if (schema === false) return () => broken("should not be there");
    if (!isObject(schema)) {
      this.problem(path, "a schema is an object, true or false");
      return () => undefined;
    }
    const checks = Object.entries(schema).flatMap(([keyword, wanted]) => this.#compileKeyword(schema, keyword, wanted, path) ?? []);
    return (value, run) => {
      run.charge();
      for (const check of checks) {
        const found = check(value, run);
        if (found !== undefined) return found;
      }
      return undefined;
    };
  }

  resolve(reference: string, path: JsonPath): Check {
    const name = normalize(reference);
    const known = DEFINITIONS.flatMap((place) => Object.keys(this.#definitions(place)).map((key) => `#/${place}/${key}`));
    if (name !== "#" && !known.includes(name)) {
      this.problem(path, `\`${reference}\` is not there; \`$ref\` takes \`#\`, \`#/$defs/NAME\` or \`#/definitions/NAME\``);
    }
    return (value, run) => run.follow(this.#named.get(name), value);
  }

  problem(path: JsonPath, message: string): undefined {
    this.problems.push({ path, message });
  }

  #compileKeyword(schema: JsonObject, keyword: string, wanted: Json, path: JsonPath): Check | undefined {
    const at = [...path, keyword];
    if (Object.hasOwn(VALUE_KEYWORDS, keyword)) return VALUE_KEYWORDS[keyword]?.(wanted, at, this);
    if (Object.hasOwn(PART_KEYWORDS, keyword)) return PART_KEYWORDS[keyword]?.(schema)(wanted, at, this);
    if (ANNOTATIONS.has(keyword)) return undefined;
    if (!DEFINITIONS.includes(keyword)) return this.problem(at, `the keyword \`${keyword}\` is not known`);
    if (path.length > 0) return this.problem(at, `\`${keyword}\` stands at the top of a schema only`);
    return isObject(wanted) ? undefined : this.problem(at, `\`${keyword}\` takes an object of schemas`);
  }

  #definitions(place: string): JsonObject {
    const definitions = isObject(this.#root) ? this.#root[place] : undefined;
    return isObject(definitions) ? definitions : {};
  }
}

/** A reference without the escapes of a JSON pointer in a URI. */
function normalize(reference: string): string {
  try {
    return decodeURIComponent(reference).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return reference;
  }
}
