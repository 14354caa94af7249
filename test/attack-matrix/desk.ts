import { fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { openApprovals, type Verdict } from "@sallyport/core";
import { sqliteStore, type SqliteFile } from "@sallyport/sqlite";
import { STORE } from "./app/gate.ts";
import type { Answer, Framework, Guard, Orders, Report, ScriptedCall } from "./app/orders.ts";
import { USERS, type User } from "./app/users.ts";
import { refusalsIn } from "./record.ts";
import type { Effect } from "./world.ts";

/** milliseconds after which a request hangs */
const TOO_LONG = 120_000;

/** The chat that requests belong to. */
export const CHAT = "chat-1";

/** How one request differs from ann's ordinary one. */
export type Circumstances = Partial<Pick<Orders, "user" | "chat" | "hours" | "dies" | "together" | "release" | "clerk" | "turns">>;

/** Where an app lives while it is attacked. */
export interface Place {
  readonly folder: string;
  readonly world: string;
  /** compiled code, shared by all processes: most of their time goes into loading a framework */
  readonly cache: string;
}

/** One app under attack: a framework with a guard, its state on disk, and the means of whoever attacks it. */
export class Desk {
  private readonly app: Pick<Orders, "framework" | "guard" | "folder" | "world">;
  private readonly cache: string;
  private requests = 0;
  /** what the framework threw so far */
  readonly errors: string[] = [];

  constructor({ framework, guard }: { readonly framework: Framework; readonly guard: Guard }, { folder, world, cache }: Place) {
    this.app = { framework, guard, folder, world };
    this.cache = cache;
    mkdirSync(this.state, { recursive: true });
  }

  /** Ann asks the agent, and the model proposes these calls. */
  async ask(calls: readonly ScriptedCall[], how: Circumstances = {}): Promise<Report> {
    return this.request({ turns: [calls], ...how });
  }

  /** Somebody answers at the framework, which goes on: in a process of its own. */
  async resume(answers: readonly Answer[], how: Circumstances = {}): Promise<Report> {
    return this.request({ turns: [], ...how, answers });
  }

  /** A human answers where Sallyport asks; a framework's own approval is only ever answered by resuming. */
  async decide(to: string, approver: User, verdict: Pick<Verdict, "decision" | "args">): Promise<void> {
    await this.withStore(async (store) => {
      const approvals = openApprovals(store);
      for (const { id, call } of await approvals.list({ status: "pending" })) {
        if (call.args?.["to"] === to) await approvals.resolve(id, { ...verdict, approver: { ...approver } });
      }
    });
  }

  /** How many calls wait for a human, where humans look. */
  async waiting(report: Report): Promise<number> {
    return (await this.withStore(async (store) => (await openApprovals(store).list({ status: "pending" })).length)) ?? report.waiting;
  }

  /** A lead says yes to the call that pays somebody. */
  async approve(to: string, approver: User = USERS.lea): Promise<void> {
    await this.decide(to, approver, { decision: "approve" });
  }

  /** What was counted outside. */
  async effects(): Promise<readonly Effect[]> {
    const effects: readonly Effect[] = JSON.parse(await (await fetch(`${this.app.world}/effects`)).text());
    return effects;
  }

  /** What Sallyport has on record as reasons; nothing where it does not guard. */
  async refusals(): Promise<readonly string[]> {
    return (await this.withStore(refusalsIn)) ?? [];
  }

  /** Copies the framework's state aside, as a backup or an attacker does. */
  backUp(): void {
    cpSync(this.state, this.backup, { recursive: true });
  }

  /** Puts the framework's state back as it was. */
  restore(): void {
    rmSync(this.state, { recursive: true });
    cpSync(this.backup, this.state, { recursive: true });
  }

  /** Writes other words into the framework's state, wherever they stand in it, also in JSON that is text in JSON. */
  rewrite(from: string, to: string): void {
    for (const spelled of [(words: string) => words, escaped]) {
      for (const name of readdirSync(this.state)) {
        const file = join(this.state, name);
        if (name.endsWith(".json")) writeFileSync(file, readFileSync(file, "utf8").replaceAll(spelled(from), spelled(to)));
        if (name.endsWith(".db")) rewriteDatabase(file, spelled(from), spelled(to));
      }
    }
  }

  private async withStore<T>(use: (store: SqliteFile) => Promise<T>): Promise<T | undefined> {
    if (this.app.guard !== "sallyport") return undefined;
    const store = sqliteStore(join(this.app.folder, STORE));
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }

  private get state(): string {
    return join(this.app.folder, "state");
  }

  private get backup(): string {
    return join(this.app.folder, "backup");
  }

  private async request(asked: Pick<Orders, "turns" | "answers"> & Circumstances): Promise<Report> {
    this.requests += 1;
    const report = join(this.app.folder, `report-${this.requests}.json`);
    const orders: Orders = { user: USERS.ann.id, chat: CHAT, ...this.app, ...asked, report };
    const child = fork(join(import.meta.dirname, "app", "main.ts"), [JSON.stringify(orders)], {
      execArgv: ["--no-warnings"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, NODE_COMPILE_CACHE: this.cache },
      timeout: TOO_LONG,
    });
    const [said] = await Promise.all([child.stderr === null ? "" : text(child.stderr), once(child, "exit")]);
    if (!existsSync(report)) return dead(orders, child.signalCode, said);
    const told: Report = JSON.parse(readFileSync(report, "utf8"));
    if (told.error !== undefined) this.errors.push(told.error);
    return told;
  }
}

/** A process that was to die has nothing to report; any other that does not report is a defect of the matrix. */
function dead({ dies, framework, guard }: Orders, signal: string | null, said: string): Report {
  if (dies === undefined || signal !== "SIGKILL") throw new Error(`the app on ${framework} (${guard}) failed:\n${said}`);
  return { waiting: 0, seen: "" };
}

/** Words as they stand in JSON that is text. */
function escaped(words: string): string {
  return JSON.stringify(words).slice(1, -1);
}

function rewriteDatabase(file: string, from: string, to: string): void {
  const database = new DatabaseSync(file);
  const columns = "SELECT m.name AS owner, c.name AS name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'";
  for (const { owner, name } of database.prepare(columns).all()) {
    const column = `"${String(name)}"`;
    // text stays text, bytes stay bytes, and SQLite's binary JSON is JSON inside
    const rewritten = `CASE WHEN typeof(${column}) = 'text' THEN replace(${column}, :from, :to)
      WHEN json_valid(${column}, 8) THEN jsonb(replace(json(${column}), :from, :to))
      ELSE CAST(replace(CAST(${column} AS TEXT), :from, :to) AS BLOB) END`;
    database
      .prepare(`UPDATE "${String(owner)}" SET ${column} = ${rewritten} WHERE typeof(${column}) IN ('text', 'blob')`)
      .run({ from, to });
  }
  database.close();
}
