import { createTransport } from "nodemailer";
import { tool, type ToolSet } from "ai";
import { z } from "zod";
import type { Crm } from "./crm.ts";
import type { Mail } from "./mailbox.ts";

/** What the tools work on. */
export interface Office {
  readonly mailbox: readonly Mail[];
  readonly crm: Crm;
  readonly smtpPort: number;
}

/** The agent's tools. They know nothing of any policy: each does what it is told. */
export function deskTools({ mailbox, crm, smtpPort }: Office): ToolSet {
  const post = createTransport({ host: "127.0.0.1", port: smtpPort, secure: false, ignoreTLS: true });
  return {
    list_mail: tool({
      description: "Lists the mails of the support mailbox",
      inputSchema: z.object({}),
      execute: () => mailbox.map(({ id, from, subject }) => ({ id, from, subject })),
    }),
    read_mail: tool({
      description: "Reads one mail of the support mailbox",
      inputSchema: z.object({ id: z.string() }),
      execute: ({ id }) => mailbox.find((mail) => mail.id === id) ?? "there is no such mail",
    }),
    draft_reply: tool({
      description: "Saves a draft of a reply, which a person sends",
      inputSchema: z.object({ mail: z.string(), body: z.string() }),
      execute: ({ mail, body }) => crm.saveDraft(mail, body),
    }),
    send_mail: tool({
      description: "Sends a mail",
      inputSchema: z.object({ to: z.string(), subject: z.string(), body: z.string() }),
      execute: async ({ to, subject, body }) => (await post.sendMail({ from: "support@example.com", to, subject, text: body })).response,
    }),
    summarise_tickets: tool({
      description: "Counts the tickets by status",
      inputSchema: z.object({}),
      execute: () => crm.ticketCounts(),
    }),
    close_ticket: tool({
      description: "Closes a ticket",
      inputSchema: z.object({ id: z.int() }),
      execute: ({ id }) => crm.closeTicket(id),
    }),
    crm_get_customer: tool({
      description: "Looks up one customer with their tickets",
      inputSchema: z.object({ id: z.int() }),
      execute: ({ id }) => crm.customer(id) ?? "there is no such customer",
    }),
    crm_search: tool({
      description: "Searches customers by name",
      inputSchema: z.object({ query: z.string(), limit: z.int().optional() }),
      execute: ({ query, limit }) => crm.search(query, limit ?? 1000),
    }),
    crm_export: tool({
      description: "Exports all customers",
      inputSchema: z.object({}),
      execute: () => crm.exportAll(),
    }),
    transfer_money: tool({
      description: "Transfers money from the company's account, in EUR",
      inputSchema: z.object({ iban: z.string(), amount: z.number(), reference: z.string() }),
      execute: ({ iban, amount, reference }) => crm.transfer(iban, amount, reference),
    }),
  };
}
