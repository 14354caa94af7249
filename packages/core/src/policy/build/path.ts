/** A path as its keys: `["page", "size"]`. */
export type Path = readonly string[];

/** The keys of a path such as `invoice.total`; undefined where one is empty, has white space around it, or is `__proto__`. */
export function parsePath(text: string): Path | undefined {
  const keys = text.split(".");
  return keys.every((key) => key !== "" && key === key.trim() && key !== "__proto__") ? keys : undefined;
}

/** The keys below args of a path such as `args.page.size`; undefined where it is none. */
export function parseArgsPath(text: string): Path | undefined {
  const [root, ...keys] = parsePath(text) ?? [];
  return root === "args" && keys.length > 0 ? keys : undefined;
}

/** Whether two paths are the same, or one leads to something within the other. */
export function overlaps(a: Path, b: Path): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.every((key, index) => key === long[index]);
}
