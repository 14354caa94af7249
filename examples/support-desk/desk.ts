import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { approvalResponses, guardTools, policyMiddleware } from "@sallyport/ai-sdk";
import { createGate, loadPolicy, type Gate, type SessionInit } from "@sallyport/core";
import { sqliteStore, type SqliteFile } from "@sallyport/sqlite";
import { generateText, isStepCount, wrapLanguageModel, type LanguageModelMiddleware, type ModelMessage } from "ai";
import { Crm, type CrmTally } from "./crm.ts";
import { startMailServer, type MailServer, type SentMail } from "./mail-server.ts";
import { readMailbox } from "./mailbox.ts";
import type { Player } from "./model.ts";
import { deskTools, type Office } from "./tools.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The policy that guards the desk. */
export const POLICY: string = here("../../policies/support-desk.yaml");

const INSTRUCTIONS = "You are the agent of a support desk at example.com. Do what the user asks with your tools, then say in one sentence what you did.";

/** Everything that the demo works with; all of it real, and all of it in one temporary folder or on loopback. */
export interface Desk {
  readonly folder: string;
  readonly gate: Gate;
  readonly store: SqliteFile;
  readonly storeFile: string;
  readonly mailServer: MailServer;
  readonly office: Office;
  /** every prompt that a model was sent, as JSON */
  readonly prompts: string[];
}

/** What can be counted outside the gate at one moment. */
export interface Tally extends CrmTally {
  readonly mails: readonly SentMail[];
  /** customers' bank accounts that stand in some prompt */
  readonly ibansShown: number;
}

/** Opens mailbox, CRM, mail server, ledger and gate. */
export async function openDesk(): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-demo-"));
  const storeFile = join(folder, "ledger.db");
  const store = sqliteStore(storeFile);
  const gate = await createGate({ policy: loadPolicy(readFileSync(POLICY, "utf8"), { file: POLICY }), store });
  const mailServer = await startMailServer();
  const office = { mailbox: await readMailbox(here("mailbox")), crm: new Crm(join(folder, "crm.db")), smtpPort: mailServer.port };
  return { folder, gate, store, storeFile, mailServer, office, prompts: [] };
}

/** Closes what is open; the folder stays. */
export async function closeDesk({ mailServer, office, store }: Desk): Promise<void> {
  await mailServer.close();
  office.crm.close();
  await store.close();
}

/** Ann's chat with the agent. */
export function annsChat(id: string): SessionInit {
  return { id, principal: { id: "ann", roles: ["support"] }, agent: { id: "desk" } };
}

/** Runs the agent until it is done or has to wait: this is all of the integration. Resolves to the chat so far. */
export async function work({ gate, office, prompts }: Desk, session: SessionInit, messages: ModelMessage[], player: Player): Promise<ModelMessage[]> {
  const guarded = guardTools(gate, deskTools(office), { session });
  const model = wrapLanguageModel({ model: player.model, middleware: [policyMiddleware(gate, { session }), witness(prompts)] });
  const { responseMessages } = await generateText({ model, instructions: INSTRUCTIONS, messages, ...guarded, stopWhen: isStepCount(20), maxRetries: 0 });
  return [...messages, ...responseMessages];
}

/** Goes on with a chat that waited, where the verdict is on record by now. */
export async function resume(desk: Desk, session: SessionInit, messages: ModelMessage[], player: Player): Promise<ModelMessage[]> {
  const ready = await approvalResponses(desk.gate, messages);
  return ready === messages ? messages : work(desk, session, ready, player);
}

/** Counts what really happened; none of it is taken from a decision. */
export function count({ office, mailServer, prompts }: Desk): Tally {
  const shown = office.crm.ibans().filter((iban) => prompts.some((prompt) => prompt.includes(iban)));
  return { ...office.crm.tally(), mails: [...mailServer.sent], ibansShown: shown.length };
}

/** Keeps what the model is sent, next to the wire. */
function witness(prompts: string[]): LanguageModelMiddleware {
  return {
    specificationVersion: "v4",
    transformParams: async ({ params }) => {
      prompts.push(JSON.stringify(params.prompt));
      return params;
    },
  };
}
