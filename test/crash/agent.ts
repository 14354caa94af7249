/**
 * One process of an app: an agent that makes a note and pays somebody, which needs an approval. Started by the crash tests
 * with a JSON argument; it may kill itself at a named point. What its tools do is counted by another process.
 */
import { createGate, loadPolicy } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { aiSdkChat } from "./chats/ai-sdk.ts";
import type { Chat, Desk } from "./chats/chat.ts";
import { die, killingStore, type KillPoint } from "./kill-points.ts";

/** The frameworks whose agents are killed. */
export const FRAMEWORKS = { "ai-sdk": aiSdkChat } as const satisfies Readonly<Record<string, (desk: Desk) => Chat>>;

/** What such a process is told. */
export interface Orders {
  readonly framework: keyof typeof FRAMEWORKS;
  readonly file: string;
  /** where the framework keeps its own state */
  readonly folder: string;
  readonly port: number;
  readonly sessions: readonly string[];
  /** `converse`: pause, have it approved and resume, one session after the other; else all sessions at once */
  readonly act: "converse" | "pause" | "approve" | "resume";
  readonly kill?: { readonly point: KillPoint; readonly tool: "note" | "pay" };
  /** how far the store's clock runs ahead, in milliseconds */
  readonly ahead?: number;
}

/** The policy of the crash tests. */
export const POLICY = `
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

  const effect: Desk["effect"] = async (name, session, key) => {
    const dies = (point: KillPoint): boolean => orders.kill?.point === point && orders.kill.tool === name;
    if (dies("before the effect")) die();
    const response = await fetch(`http://127.0.0.1:${orders.port}/${name}/${session}/${key}`, { method: "POST" });
    if (dies("after the effect")) die();
    return response.text();
  };
  const chat = FRAMEWORKS[orders.framework]({ gate, folder: orders.folder, effect });

  const approve = async (id: string): Promise<void> => {
    for (const approval of await gate.approvals.list({ status: "pending" })) {
      if (approval.session === id)
        await gate.approvals.resolve(approval.id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });
    }
  };
  const act = async (id: string): Promise<unknown> => {
    switch (orders.act) {
      case "pause":
        return chat.pause(id);
      case "approve":
        return approve(id);
      case "resume":
        return chat.resume(id);
      case "converse":
        await chat.pause(id);
        await approve(id);
        return chat.resume(id);
    }
  };

  const results: unknown[] = [];
  if (orders.act === "converse") for (const id of orders.sessions) results.push(await act(id));
  else results.push(...(await Promise.all(orders.sessions.map(act))));
  process.send?.(results.map((result) => result ?? null));
  await file.close();
}

const [, , orders] = process.argv;
if (orders !== undefined) {
  const parsed: Orders = JSON.parse(orders);
  await main(parsed);
}
