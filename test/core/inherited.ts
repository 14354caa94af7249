/** Runs with members that every object inherits, as where an app merges somebody else's JSON carelessly. */
export async function withInherited<T>(members: Readonly<Record<string, unknown>>, task: () => T | Promise<T>): Promise<T> {
  const names = Object.keys(members);
  for (const [name, value] of Object.entries(members)) Reflect.set(Object.prototype, name, value);
  try {
    return await task();
  } finally {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
  }
}
