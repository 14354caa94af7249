/** How the tests and the engine are loaded while mutants run: straight from their sources, and again where a mutant asks for it. */
import { existsSync, readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Which copy of the engine a module belongs to, and which copy of a test file's own modules. */
export interface Copy {
  readonly engine: number;
  readonly test: number;
}

const HERE = import.meta.dirname;

/** The names under which tests know what is replaced or mutated. */
function replacements(root: string): ReadonlyMap<string, string> {
  const file = (...path: readonly string[]) => pathToFileURL(join(...path)).href;
  return new Map([
    ["vitest", file(HERE, "registry.ts")],
    ["fast-check", file(HERE, "properties.ts")],
    ["@sallyport/core", file(root, "packages/core/src/index.ts")],
    ["@sallyport/core/testing", file(root, "packages/core/src/testing.ts")],
    ["@sallyport/conformance", file(root, "packages/conformance/src/index.ts")],
  ]);
}

/**
 * Lets modules below a folder be imported in copies: those of the engine and those of one test file. Every module of a copy
 * imports from its copy. What lies in node_modules is there once.
 */
export function copying(root: string): (path: string, copy: Copy) => Promise<unknown> {
  const base = pathToFileURL(`${root}/`).href;
  const engine = `${base}packages/core/src/`;
  const replaced = replacements(root);
  const sources = new Map<string, string>();
  const here = pathToFileURL(HERE).href;
  const ours = (url: string) => url.startsWith(base) && !url.startsWith(here) && !url.includes("/node_modules/");
  const marked = (url: string, copy: string) => {
    const [ofEngine = "", ofTest = ""] = copy.split("-");
    return `${url}?copy=${url.startsWith(engine) ? `${ofEngine}-` : `${ofEngine}-${ofTest}`}`;
  };
  const source = (path: string) => {
    const known = sources.get(path);
    if (known !== undefined) return known;
    const stripped = stripTypeScriptTypes(readFileSync(path, "utf8"));
    sources.set(path, stripped);
    return stripped;
  };
  registerHooks({
    resolve: (specifier, context, next) => {
      const [parent = "", copy] = (context.parentURL ?? "").split("?copy=");
      if (copy === undefined || !ours(parent)) return next(specifier, context);
      const instead = replaced.get(specifier);
      if (instead !== undefined) return { url: ours(instead) ? marked(instead, copy) : instead, shortCircuit: true };
      const found = next(specifier, context);
      const [url = ""] = found.url.split("?");
      return ours(url) && url.endsWith(".ts") ? { ...found, url: marked(url, copy), shortCircuit: true } : found;
    },
    load: (url, context, next) => {
      const [file = "", copy] = url.split("?copy=");
      if (copy === undefined) return next(url, context);
      return { format: "module", source: source(fileURLToPath(file)), shortCircuit: true };
    },
  });
  return (path, copy) => {
    if (!existsSync(path)) throw new Error(`there is no \`${path}\``);
    return import(marked(pathToFileURL(path).href, `${copy.engine}-${copy.test}`));
  };
}
