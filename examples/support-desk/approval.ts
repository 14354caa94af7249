import type { Approval } from "@sallyport/core";
import type { ModelMessage } from "ai";
import { sallyport } from "./cli.ts";
import { annsChat, answered, hear, work, type Desk } from "./desk.ts";
import { callsIn, recordsOf } from "./ledger.ts";
import { scriptedModel } from "./scripted-model.ts";
import type { Row, Section } from "./table.ts";
import { tell, tellCall, tellCommand, tellTitle } from "./tell.ts";
import { count, mailsTo } from "./world.ts";

/** So that it fits a terminal of 100 columns. */
const WIDTH = 94;

const TOBI = "tobi@studio-okafor.example";

/** A chat that waits for a human. */
export interface Paused {
  readonly messages: ModelMessage[];
  readonly approval: Approval;
}

/** Has Ann ask for something that needs a human, so that the agent pauses. */
export async function pause(desk: Desk, chat: string, says: string): Promise<Paused> {
  tell(`Ann: ${says}`);
  await hear(desk, annsChat(chat), says);
  // as an app does it: the chat is stored while it waits
  const stored = JSON.stringify(await work(desk, annsChat(chat), [{ role: "user", content: says }], scriptedModel()));
  for (const call of callsIn(await recordsOf(desk.store, chat))) tellCall(call);
  const pending = await desk.gate.approvals.list({ status: "pending" });
  const approval = pending.find(({ session }) => session === chat);
  if (approval === undefined) throw new Error(`nothing waits in ${chat}`);
  return { messages: JSON.parse(stored), approval };
}

/** Shows an approval as another process reads it from the ledger's file: the exact args, and where each value was seen. */
export async function show(desk: Desk, { id }: Approval): Promise<boolean> {
  const { stdout, pid } = await sallyport("approvals", "show", id, "--store", desk.storeFile);
  const { origins }: Pick<Approval, "origins"> = JSON.parse(stdout);
  const lines = origins
    .flatMap(({ says, seen }) => [says, ...seen.flatMap(({ excerpt }) => (excerpt === undefined ? [] : [`    ${excerpt}`]))])
    .map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line));
  tellCommand(pid, [`sallyport approvals show ${id}`, `--store ${desk.storeFile}`], lines.join("\n     "));
  return origins.some(({ path, seen }) => path === "to" && seen.some(({ origin }) => origin === "user"));
}

/** What the lead writes instead, where she mends a mail. */
export const MENDED = "Thank you, we have corrected the address.";

/** Answers an approval from another process, which gets nothing but the ledger's file, and resolves to what became of it. */
export async function approve(desk: Desk, { id }: Approval, approver: object, args?: object): Promise<string> {
  const as = JSON.stringify(approver);
  const edit = args === undefined ? [] : ["--args", JSON.stringify(args)];
  const { stdout, stderr, pid } = await sallyport("approvals", "approve", id, "--store", desk.storeFile, "--as", as, ...edit);
  const shown = [`sallyport approvals approve ${id}`, `--store ${desk.storeFile}`, `--as '${as}'`];
  tellCommand(pid, args === undefined ? shown : [...shown, `--args '{… "body": "${MENDED}"}'`], stderr);
  return statusIn(stdout);
}

function statusIn(stdout: string): string {
  const answer: unknown = stdout === "" ? {} : JSON.parse(stdout);
  return typeof answer === "object" && answer !== null ? String(Reflect.get(answer, "status")) : "";
}

/** An outside mail waits, is approved from another process, and is sent once. */
export async function playApproval(desk: Desk): Promise<Section> {
  const title = "Mail to the outside waits for a lead, who answers from another process";
  tellTitle(title);
  const { messages, approval } = await pause(desk, "chat-6", `Read mail 02 and send a mail to ${TOBI}.`);
  const waiting = countToTobi(desk);
  const traced = await show(desk, approval);
  const self = await approve(desk, approval, { id: "ann", roles: ["lead"] });
  await goOn(desk, messages);
  const afterSelf = countToTobi(desk);
  const lead = await approve(desk, approval, { id: "lea", roles: ["lead"] });
  await goOn(desk, messages);
  const sent = countToTobi(desk);
  tell(`resumed: ${sent} mail to ${TOBI} at the mail server`);
  const { rules } = approval;
  const rows: readonly Row[] = [
    {
      tried: "mail a customer outside",
      outcomes: [{ decision: "require_approval", rules }],
      happened: [`${waiting} mails left: it waits`],
      ok: waiting === 0 && traced,
    },
    {
      tried: "approve it herself (Ann)",
      outcomes: [{ decision: self, rules }],
      happened: [`${afterSelf} mails left`],
      ok: self === "ignored" && afterSelf === 0,
    },
    {
      tried: "the same, Lea approved",
      outcomes: [{ decision: lead, rules }],
      happened: [`${sent} mail to Tobi`],
      ok: lead === "approved" && sent === 1,
    },
  ];
  return { title, rows };
}

function countToTobi(desk: Desk): number {
  return mailsTo(TOBI)(count(desk));
}

/** Goes on with the chat where there is an answer by now. */
async function goOn(desk: Desk, messages: ModelMessage[]): Promise<void> {
  const ready = await answered(desk, messages);
  if (ready !== messages) await work(desk, annsChat("chat-6"), ready, scriptedModel());
}
