import { join } from "node:path";
import { createGate, loadPolicy, type Gate, type Outcome } from "../../packages/core/src/index.ts";
import { sqliteStore, type SqliteFile } from "../../packages/sqlite/src/index.ts";
import { POLICY } from "./policy.ts";
import { folderOf } from "./run.ts";

/** An app with a gate on a file. */
export interface App {
  readonly file: string;
  readonly policy: string;
  readonly store: SqliteFile;
  readonly gate: Gate;
  call(id: string, tool: string, args: object, result?: unknown): Promise<Outcome>;
}

/** An app on a new file, with one session of ann's. */
export async function appOf(): Promise<App> {
  const folder = folderOf({ "desk.yaml": POLICY });
  const file = join(folder, "app.db");
  const store = sqliteStore(file);
  const gate = await createGate({ policy: loadPolicy(POLICY), store });
  const session = gate.session({
    id: "s1",
    principal: { id: "ann", roles: ["support"] },
    agent: { id: "desk" },
    context: { device: "managed" },
  });
  return {
    file,
    policy: join(folder, "desk.yaml"),
    store,
    gate,
    call: (id, tool, args, result = "done") => session.call({ id, tool, args }, () => result),
  };
}
