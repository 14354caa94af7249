/**
 * One process of an app: an agent that makes a note and pays somebody, which needs an approval. Started by the crash tests
 * with a JSON argument; it may kill itself at a named point. What its tools do is counted by another process.
 */
import { once } from "node:events";
import { createGate, loadPolicy, type Gate, type LedgerRecord } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { sessionOf, type Desk } from "./chats/chat.ts";
import { FRAMEWORKS, type Framework } from "./chats/frameworks.ts";
import { die, killingStore, type KillPoint } from "./kill-points.ts";
import { callsIn, isOpen } from "./recorded-calls.ts";

/** What such a process is told. */
export interface Orders {
  readonly framework: Framework;
  readonly file: string;
  /** where the framework keeps its own state */
  readonly folder: string;
  readonly port: number;
  readonly sessions: readonly string[];
  /**
   * `converse`: pause, have it approved and resume, one session after the other; else all sessions at once;
   * `ask`: after the calls whose outcome never came
   */
  readonly act: "converse" | "pause" | "approve" | "resume" | "ask";
  readonly kill?: { readonly point: KillPoint; readonly tool: "note" | "pay" };
  /** starts when it is told to, as soon as it could */
  readonly waits?: true;
  /** how far the store's clock runs ahead, in milliseconds */
  readonly ahead?: number;
}

/** The policy of the crash tests. */
const POLICY = `
version: 1
name: crash
tools:
  note: { effect: write, destination: none }
  pay: { effect: side_effect, destination: none }
rules:
  - { id: notes, tools: [note], decide: allow }
  - { id: payments, tools: [pay], decide: require_approval, approval: { by: '"lead" in approver.roles' } }
`;

async function main(orders: Orders): Promise<void> {
  const file = sqliteStore(orders.file, { clock: () => Date.now() + (orders.ahead ?? 0) });
  const store = killingStore(file, orders.kill?.point, orders.kill?.tool ?? "");
  const gate = await createGate({ policy: loadPolicy(POLICY), store });
  const chatOf = await FRAMEWORKS[orders.framework]();
  const chat = chatOf({ gate, folder: orders.folder, effect: effectOf(orders) });

  const act = async (id: string): Promise<unknown> => {
    switch (orders.act) {
      case "pause":
        return chat.pause(id);
      case "approve":
        return approve(gate, id);
      case "resume":
        return chat.resume(id);
      case "ask":
        return askAfterOpen(gate, id, await store.read(`session//${id}`, 0));
      case "converse":
        await chat.pause(id);
        await approve(gate, id);
        return chat.resume(id);
    }
  };

  if (orders.waits) {
    process.send?.("ready");
    await once(process, "message");
  }
  const results: unknown[] = [];
  if (orders.act === "converse") for (const id of orders.sessions) results.push(await act(id));
  else results.push(...(await Promise.all(orders.sessions.map(act))));
  process.send?.(results.map((result) => result ?? null));
  await file.close();
}

function effectOf({ port, kill }: Orders): Desk["effect"] {
  return async (name, session, key) => {
    const dies = (point: KillPoint): boolean => kill?.point === point && kill.tool === name;
    if (dies("before the effect")) die();
    const response = await fetch(`http://127.0.0.1:${port}/${name}/${session}/${key}`, { method: "POST" });
    if (dies("after the effect")) die();
    return response.text();
  };
}

async function approve(gate: Gate, session: string): Promise<void> {
  for (const approval of await gate.approvals.list({ status: "pending" })) {
    if (approval.session === session)
      await gate.approvals.resolve(approval.id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });
  }
}

/** Asks after calls whose outcome never came: where nobody makes the call again, that is how its claim ends. */
async function askAfterOpen(gate: Gate, session: string, records: readonly LedgerRecord[]): Promise<void> {
  for (const { id } of callsIn(records).filter(isOpen)) await gate.session(sessionOf(session)).standing(id);
}

const [, , orders] = process.argv;
if (orders !== undefined) {
  const parsed: Orders = JSON.parse(orders);
  await main(parsed);
}
