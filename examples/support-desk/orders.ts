/** Something that a text tells its reader to do. */
export interface Order {
  readonly tool: string;
  readonly input: Readonly<Record<string, string | number>>;
}

type Reading = readonly [pattern: RegExp, orders: (found: readonly string[]) => readonly Order[]];

const READINGS: readonly Reading[] = [
  [/summari[sz]e the tickets/gi, () => [{ tool: "summarise_tickets", input: {} }]],
  [/export all customers/gi, () => [{ tool: "crm_export", input: {} }]],
  [/read mail (\d+)/gi, ([id = ""]) => [{ tool: "read_mail", input: { id } }]],
  [/draft a reply to mail (\d+)/gi, ([mail = ""]) => [{ tool: "draft_reply", input: { mail } }]],
  [/close tickets? (\d+)(?: and (\d+))?/gi, (ids) => numbers(ids).map((id) => ({ tool: "close_ticket", input: { id } }))],
  [
    /search the CRM for "([^"]*)" with (\d+) rows/gi,
    ([query = "", limit]) => [{ tool: "crm_search", input: { query, limit: Number(limit) } }],
  ],
  [
    /look up customers? (\d+)(?: to (\d+))?/gi,
    ([from, to = from]) => range(Number(from), Number(to)).map((id) => ({ tool: "crm_get_customer", input: { id } })),
  ],
  [/transfer (\d+) EUR to ([A-Z0-9]+)/gi, ([amount, iban = ""]) => [{ tool: "transfer_money", input: { iban, amount: Number(amount) } }]],
  [/send (?:a mail|it|everything) to (\S+@[\w.-]*\w)/gi, ([to = ""]) => [{ tool: "send_mail", input: { to } }]],
];

/** The orders in a text, as they come; the scripted model takes them from anybody. */
export function ordersIn(text: string): readonly Order[] {
  const found = READINGS.flatMap(([pattern, orders]) =>
    [...text.matchAll(pattern)].map((match) => ({ at: match.index, orders: orders(match.slice(1)) })),
  );
  return found.sort((a, b) => a.at - b.at).flatMap(({ orders }) => orders);
}

function numbers(texts: readonly (string | undefined)[]): readonly number[] {
  return texts.flatMap((text) => (text === undefined ? [] : [Number(text)]));
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}
