import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { Change } from "@sallyport/conformance";
import { saverOn } from "../../../examples/langgraph/sqlite-saver.ts";
import { rewritten } from "./rewrite.ts";

/** LangGraph's own checkpoints in a file. */
export interface Checkpoints {
  readonly saver: BaseCheckpointSaver;
  /** Changes a call wherever it is stored. */
  tamper(call: string, change: Change): void;
  close(): void;
}

/** Opens a folder's checkpoints with LangGraph's saver, on Node's own SQLite: the saver's own is a native build. */
export function openCheckpoints(folder: string): Checkpoints {
  const database = new DatabaseSync(join(folder, "checkpoints.db"));
  return {
    saver: saverOn(database),
    tamper: (call, change) => {
      for (const [table, column] of [
        ["checkpoints", "checkpoint"],
        ["writes", "value"],
      ] as const)
        tamperWith(database, table, column, call, change);
    },
    close: () => database.close(),
  };
}

function tamperWith(database: DatabaseSync, table: string, column: string, call: string, { args, tool }: Change): void {
  const change = { ...(args === undefined ? {} : { args }), ...(tool === undefined ? {} : { name: tool }) };
  for (const row of database.prepare(`SELECT rowid AS id, CAST(${column} AS TEXT) AS text FROM ${table} WHERE type = 'json'`).all()) {
    const value: unknown = JSON.parse(String(row["text"]));
    const text = JSON.stringify(rewritten(value, (object) => object["id"] === call && "args" in object, change));
    database.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`).run(Buffer.from(text), row["id"] ?? null);
  }
}
