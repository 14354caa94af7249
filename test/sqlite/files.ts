import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The name of a file that is not there, in a folder of its own. */
export function freshFile(): string {
  return join(mkdtempSync(join(tmpdir(), "sallyport-")), "app.db");
}
