import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LanguageModelMiddleware } from "ai";
import { Crm, type CrmTally } from "./crm.ts";
import { startMailServer, type MailServer, type SentMail } from "./mail-server.ts";
import { readMailbox } from "./mailbox.ts";
import type { Office } from "./tools.ts";

/** What the agent can touch, and what a model was told of it. */
export interface World {
  readonly office: Office;
  readonly mailServer: MailServer;
  /** every prompt that a model was sent, as JSON */
  readonly prompts: string[];
}

/** What can be counted in a world at one moment; none of it is taken from a decision. */
export interface Tally extends CrmTally {
  readonly mails: readonly SentMail[];
  /** customers whose bank account stands in some prompt */
  readonly ibansShown: number;
}

/** Opens mailbox, mail server and a fresh CRM in a folder. */
export async function openWorld(folder: string, crm: string): Promise<World> {
  const mailServer = await startMailServer();
  const mailbox = await readMailbox(fileURLToPath(new URL("mailbox", import.meta.url)));
  return { office: { mailbox, crm: new Crm(join(folder, crm)), smtpPort: mailServer.port }, mailServer, prompts: [] };
}

/** Stops the mail server and closes the CRM. */
export async function closeWorld({ mailServer, office }: World): Promise<void> {
  await mailServer.close();
  office.crm.close();
}

/** Counts at the mail server, in the CRM and in the prompts. */
export function count({ office, mailServer, prompts }: World): Tally {
  const shown = office.crm.ibans().filter((iban) => prompts.some((prompt) => prompt.includes(iban)));
  return { ...office.crm.tally(), mails: [...mailServer.sent], ibansShown: shown.length };
}

/** How many mails went to one address. */
export const mailsTo =
  (address: string) =>
  ({ mails }: Tally): number =>
    mails.filter(({ to }) => to.includes(address)).length;

/** How many mails left the company. */
export function mailsOutside({ mails }: Tally): number {
  return mails.filter(({ to }) => to.some((address) => !address.endsWith("@example.com"))).length;
}

/** Middleware that keeps what a model is sent, next to the wire. */
export function witness({ prompts }: World): LanguageModelMiddleware {
  return {
    specificationVersion: "v4",
    transformParams: async ({ params }) => {
      prompts.push(JSON.stringify(params.prompt));
      return params;
    },
  };
}
