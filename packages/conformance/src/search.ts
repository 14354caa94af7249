import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** How deep and how wide a framework's objects are searched. */
const MOST = 200_000;

/** Which of some texts stand anywhere in a value: in strings, keys, errors with their causes and stacks, maps, sets and bytes. */
export function foundIn(value: unknown, texts: readonly string[]): readonly string[] {
  if (texts.length === 0) return [];
  const found = new Set<string>();
  const seen = new Set<object>();
  const open: unknown[] = [value];
  for (let next = open.pop(), count = 0; next !== undefined || open.length > 0; next = open.pop()) {
    if (count++ > MOST) throw new Error("the framework handed out more objects than can be searched; hand over fewer in `native`");
    const text = textOf(next);
    if (text !== undefined) for (const secret of texts) if (text.includes(secret)) found.add(secret);
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    open.push(...childrenOf(next));
  }
  return [...found];
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1") : undefined;
}

function childrenOf(value: object): readonly unknown[] {
  if (ArrayBuffer.isView(value)) return [];
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return [...value];
  // getters too: what a framework computes of its results is handed out as well
  return Reflect.ownKeys(value).flatMap((key) => {
    try {
      const child: unknown = Reflect.get(value, key);
      return typeof child === "function" || child === undefined ? [key.toString()] : [key.toString(), child];
    } catch {
      // a getter that throws shows nothing
      return [];
    }
  });
}

/** Which of some texts stand in the files of a folder. */
export function foundInFiles(folder: string, texts: readonly string[]): readonly string[] {
  if (texts.length === 0) return [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bodies = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name)).toString("latin1"));
  return texts.filter((text) => bodies.some((body) => body.includes(text)));
}
