/** A program that holds the store's lock until it is killed. */
import { DatabaseSync } from "node:sqlite";

const [, , file = ""] = process.argv;
const database = new DatabaseSync(file, { timeout: 10_000 });
database.exec("BEGIN EXCLUSIVE");
process.send?.("ready");
process.on("disconnect", () => process.exit());
setInterval(() => undefined, 1_000);
