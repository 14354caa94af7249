import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";

/** LangGraph's SQLite checkpointer on a file, over Node's own SQLite: what it calls of its driver is little. */
export function openSaver(file: string): SqliteSaver {
  const database = new DatabaseSync(file, { timeout: 5000 });
  return new SqliteSaver({
    exec: (sql: string) => database.exec(sql),
    pragma: (sql: string) => database.exec(`PRAGMA ${sql}`),
    prepare: (sql: string) => {
      const statement = database.prepare(sql);
      return {
        run: (...values: Bound) => statement.run(...bound(values)),
        get: (...values: Bound) => statement.get(...bound(values)),
        all: (...values: Bound) => statement.all(...bound(values)),
      };
    },
    transaction:
      <Args extends readonly unknown[]>(work: (...args: Args) => unknown) =>
      (...args: Args) => {
        database.exec("BEGIN IMMEDIATE");
        try {
          work(...args);
          database.exec("COMMIT");
        } catch (error) {
          database.exec("ROLLBACK");
          throw error;
        }
      },
  });
}

type Bound = readonly (SQLInputValue | undefined)[];

/** Node's SQLite binds null, not undefined. */
function bound(values: Bound): SQLInputValue[] {
  return values.map((value) => value ?? null);
}
