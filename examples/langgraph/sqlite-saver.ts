import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";

type Values = readonly unknown[];

/** LangGraph's own SQLite checkpointer on Node's SQLite; `SqliteSaver.fromConnString(file)` is the same on a native module. */
export function openSaver(file: string): BaseCheckpointSaver {
  return saverOn(new DatabaseSync(file, { timeout: 5000 }));
}

/** The same on a database that is open already. */
export function saverOn(database: DatabaseSync): BaseCheckpointSaver {
  const client: object = {
    exec: (sql: string) => database.exec(sql),
    pragma: (sql: string) => database.exec(`PRAGMA ${sql}`),
    prepare: (sql: string) => {
      const statement = database.prepare(sql);
      return {
        run: (...values: Values) => statement.run(...values.map(bound)),
        get: (...values: Values) => statement.get(...values.map(bound)),
        all: (...values: Values) => statement.all(...values.map(bound)),
      };
    },
    transaction:
      (work: (...args: Values) => unknown) =>
      (...args: Values) => {
        database.exec("BEGIN IMMEDIATE");
        try {
          const result = work(...args);
          database.exec("COMMIT");
          return result;
        } catch (error) {
          database.exec("ROLLBACK");
          throw error;
        }
      },
  };
  return Reflect.construct(SqliteSaver, [client]);
}

/** Node's SQLite takes no `undefined`. */
function bound(value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint" || value instanceof Uint8Array) return value;
  throw new TypeError(`cannot bind ${typeof value}`);
}
