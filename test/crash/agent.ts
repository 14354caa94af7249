/**
 * One process of an app: an AI SDK agent that makes a note and pays somebody, which needs an approval. Started by the
 * crash tests with a JSON argument; it may kill itself at a named point. What its tools do is counted by another process.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createGate, loadPolicy } from "@sallyport/core";
import { approvalResponses, guardTools } from "@sallyport/ai-sdk";
import { sqliteStore } from "@sallyport/sqlite";
import { generateText, isStepCount, tool, type ModelMessage } from "ai";
import { z } from "zod";
import { call, scripted, text } from "../ai-sdk/kit.ts";
import { die, killingStore, type KillPoint } from "./kill-points.ts";

/** What such a process is told. */
export interface Orders {
  readonly file: string;
  readonly port: number;
  readonly sessions: readonly string[];
  readonly kill?: { readonly point: KillPoint; readonly tool: "note" | "pay" };
  /** how far the store's clock runs ahead, in milliseconds */
  readonly ahead?: number;
  /** pause in all sessions at once and keep their messages in a folder, or resume from there */
  readonly race?: { readonly act: "pause" | "resume"; readonly folder: string };
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

const ASKED = { role: "user", content: "note it and pay bob" } as const satisfies ModelMessage;

async function main(orders: Orders): Promise<void> {
  const file = sqliteStore(orders.file, { clock: () => Date.now() + (orders.ahead ?? 0) });
  const store = killingStore(file, orders.kill?.point, orders.kill?.tool ?? "");
  const gate = await createGate({ policy: loadPolicy(POLICY), store });

  const effect = async (name: "note" | "pay", session: string, key: string): Promise<string> => {
    const dies = (point: KillPoint): boolean => orders.kill?.point === point && orders.kill.tool === name;
    if (dies("before the effect")) die();
    const response = await fetch(`http://127.0.0.1:${orders.port}/${name}/${session}/${key}`, { method: "POST" });
    if (dies("after the effect")) die();
    return response.text();
  };

  const guardedFor = (id: string) => {
    const execute = (name: "note" | "pay") => (_input: object, options: object) =>
      effect(name, id, String(Reflect.get(options, "idempotencyKey")));
    const tools = {
      note: tool({ inputSchema: z.object({ text: z.string() }), execute: execute("note") }),
      pay: tool({ inputSchema: z.object({ to: z.string() }), execute: execute("pay") }),
    };
    return guardTools(gate, tools, { session: { id, principal: { id: `user of ${id}` }, agent: { id: "desk" } } });
  };

  const pause = async (id: string): Promise<ModelMessage[]> => {
    const model = scripted([call("note", { text: "x" }, "n1"), call("pay", { to: "bob" }, "p1")], [text("paused")]);
    const { responseMessages } = await generateText({ model, messages: [ASKED], ...guardedFor(id), stopWhen: isStepCount(3) });
    return [ASKED, ...responseMessages];
  };

  const resume = async (id: string, messages: ModelMessage[]): Promise<unknown> => {
    const model = scripted([text("done")]);
    const ready = await approvalResponses(gate, messages);
    if (ready !== messages) await generateText({ model, messages: ready, ...guardedFor(id), stopWhen: isStepCount(3) });
    return model.doGenerateCalls[0]?.prompt.at(-1)?.content;
  };

  const converse = async (id: string): Promise<unknown> => {
    const messages = await pause(id);
    for (const approval of await gate.approvals.list({ status: "pending" })) {
      if (approval.session === id)
        await gate.approvals.resolve(approval.id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });
    }
    return resume(id, messages);
  };

  const race = async (id: string, { act, folder }: NonNullable<Orders["race"]>): Promise<unknown> => {
    const kept = join(folder, `${id}.json`);
    if (act === "resume") return resume(id, JSON.parse(readFileSync(kept, "utf8")));
    return writeFileSync(kept, JSON.stringify(await pause(id)));
  };

  const results: unknown[] = [];
  const { race: racing } = orders;
  if (racing === undefined) for (const id of orders.sessions) results.push(await converse(id));
  else results.push(...(await Promise.all(orders.sessions.map((id) => race(id, racing)))));
  process.send?.(results);
  await file.close();
}

const [, , orders] = process.argv;
if (orders !== undefined) {
  const parsed: Orders = JSON.parse(orders);
  await main(parsed);
}
