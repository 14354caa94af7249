import type { DatabaseSync } from "node:sqlite";

const FIRST = ["Anna", "Tobi", "Maria", "Jonas", "Elif", "Piet", "Sara", "Milan"];
const LAST = ["Weber", "Okafor", "Lindqvist", "Brandt", "Yilmaz"];
const SUBJECTS = ["Wrong address on delivery 4471", "Knob H-17 for the Helios", "Charged twice for order 4502", "Lamp flickers"];

/** Fills a fresh CRM with 40 customers and 12 tickets, the same ones each time. */
export function seed(db: DatabaseSync): void {
  const customer = db.prepare("insert into customer (name, email, plan, born, iban) values (?, ?, ?, ?, ?)");
  for (let n = 0; n < FIRST.length * LAST.length; n += 1) {
    const name = `${pick(FIRST, n)} ${pick(LAST, n)}`;
    const email = `${name.toLowerCase().replace(" ", ".")}@customer.example`;
    customer.run(name, email, pick(["basic", "plus"], n), `19${60 + n}-05-1${n % 10}`, `DE${10 + n}50010517${5_400_000_000 + n * 7_919}`);
  }
  const ticket = db.prepare("insert into ticket (customer, subject, status) values (?, ?, ?)");
  for (let n = 0; n < 12; n += 1) ticket.run(n + 1, pick(SUBJECTS, n), pick(["open", "open", "waiting"], n));
}

function pick(list: readonly string[], n: number): string {
  return list[n % list.length] ?? "";
}
