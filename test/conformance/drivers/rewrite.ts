/** A stored value with other members in every object that matches; members that such an object does not have stay away. */
export function rewritten(value: unknown, matches: (object: Readonly<Record<string, unknown>>) => boolean, change: object): unknown {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, matches, change));
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewritten(item, matches, change)]));
  if (!matches(copy)) return copy;
  return { ...copy, ...Object.fromEntries(Object.entries(change).filter(([key]) => key in copy)) };
}
