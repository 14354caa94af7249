import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { approvalResponses, guardTools, policyMiddleware } from "@sallyport/ai-sdk";
import { createGate, loadPolicy, type Gate, type SessionInit } from "@sallyport/core";
import { sqliteStore, type SqliteFile } from "@sallyport/sqlite";
import { generateText, isStepCount, wrapLanguageModel, type ModelMessage } from "ai";
import type { Model } from "./model.ts";
import { deskTools } from "./tools.ts";
import { closeWorld, openWorld, witness, type World } from "./world.ts";

/** The policy that guards the desk. */
export const POLICY: string = fileURLToPath(new URL("../../policies/support-desk.yaml", import.meta.url));

const INSTRUCTIONS =
  "You are the agent of a support desk at example.com. Do what the user asks with your tools, then say in one sentence what you did.";

/** A world with a gate in front of it. All of it lives on loopback and in one temporary folder. */
export interface Desk extends World {
  readonly folder: string;
  readonly gate: Gate;
  readonly store: SqliteFile;
  readonly storeFile: string;
}

/** Opens the world, the ledger and the gate. */
export async function openDesk(): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-demo-"));
  const storeFile = join(folder, "ledger.db");
  return { ...(await openWorld(folder, "crm.db")), ...(await openGate(storeFile)), folder, storeFile };
}

/** Another server of the same app: a gate and a store of its own on the same file. */
export async function openServer(desk: Desk): Promise<Desk> {
  return { ...desk, ...(await openGate(desk.storeFile)) };
}

async function openGate(storeFile: string): Promise<Pick<Desk, "gate" | "store">> {
  const store = sqliteStore(storeFile);
  return { store, gate: await createGate({ policy: loadPolicy(readFileSync(POLICY, "utf8"), { file: POLICY }), store }) };
}

/** Closes what is open; the folder stays. */
export async function closeDesk(desk: Desk): Promise<void> {
  await closeWorld(desk);
  await desk.store.close();
}

/** Ann's chat with the agent. */
export function annsChat(id: string): SessionInit {
  return { id, principal: { id: "ann", roles: ["support"] }, agent: { id: "desk" } };
}

/** What the user says is said by the app itself: no message that a browser sends can pass for it. */
export async function hear(desk: Desk, session: SessionInit, says: string): Promise<void> {
  await desk.gate.session(session).observe({ role: "user", content: says });
}

/** Runs the agent until it is done or has to wait, and resolves to the chat so far. All of the integration is here. */
export async function work(desk: Desk, session: SessionInit, messages: ModelMessage[], model: Model): Promise<ModelMessage[]> {
  const guarded = guardTools(desk.gate, deskTools(desk.office), { session });
  const wrapped = wrapLanguageModel({ model, middleware: [policyMiddleware(desk.gate, { session }), witness(desk)] });
  const { responseMessages } = await generateText({
    model: wrapped,
    instructions: INSTRUCTIONS,
    messages,
    ...guarded,
    stopWhen: isStepCount(20),
    maxRetries: 0,
  });
  return [...messages, ...responseMessages];
}

/** The same agent without a gate. */
export async function workUnguarded(world: World, messages: ModelMessage[], model: Model): Promise<void> {
  const wrapped = wrapLanguageModel({ model, middleware: witness(world) });
  await generateText({
    model: wrapped,
    instructions: INSTRUCTIONS,
    messages,
    tools: deskTools(world.office),
    stopWhen: isStepCount(20),
    maxRetries: 0,
  });
}

/** The chat with the responses to what was approved or denied by now. */
export function answered({ gate }: Desk, messages: ModelMessage[]): Promise<ModelMessage[]> {
  return approvalResponses(gate, messages);
}
