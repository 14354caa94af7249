import { join } from "node:path";
import type { OpenStore } from "@sallyport/conformance";
import { sqliteStore } from "@sallyport/sqlite";

/** Records in a file, so that a restart finds them where another process would. */
export const inFile: OpenStore = (folder, clock) => {
  const store = sqliteStore(join(folder, "records.db"), { clock });
  return { store, close: () => store.close() };
};
