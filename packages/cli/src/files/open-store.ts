import { existsSync } from "node:fs";
import { SallyportError } from "@sallyport/core";
import type { SqliteFile } from "@sallyport/sqlite";

/** Opens the store of an app, which has to be there: a mistyped name makes no new one. */
export async function withStore<T>(file: string, access: "read" | "write", use: (store: SqliteFile) => Promise<T>): Promise<T> {
  if (!existsSync(file))
    throw new SallyportError("invalid-input", `there is no store \`${file}\`; name the file that the app's gate writes to`);
  // loaded here, so that commands without a store start without it
  const { sqliteStore } = await import("@sallyport/sqlite");
  const store = sqliteStore(file, { readOnly: access === "read" });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
