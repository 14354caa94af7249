import { didYouMean, type LedgerRecord } from "@sallyport/core";
import type { SqliteFile } from "@sallyport/sqlite";
import type { Command } from "../command/command.ts";
import type { Input } from "../command/input.ts";
import { withStore } from "../files/open-store.ts";
import type { Io } from "../io.ts";
import { readStreamName } from "../ledger/stream-name.ts";
import { summarise } from "../ledger/summary.ts";
import { formatTable } from "../print/table.ts";
import { visible } from "../print/visible.ts";

/** The types of records that say how a call was decided, or what an approver answered. */
const DECISIONS = ["call.proposed", "call.edited", "call.refused", "approval.verdict"];

/** Shows the records of a store. */
export const ledgerShow: Command = {
  name: "ledger show",
  says: "the records of a store, in the order of their time",
  options: {
    store: { says: "the app's store", value: "FILE", required: true },
    session: { says: "of this session only", value: "ID" },
    decisions: { says: "one line a decision only: calls that were decided, edited or refused, and approvers' answers" },
    follow: { says: "goes on with what is being decided, one line a decision, until it is interrupted" },
    records: { says: "every record also with --follow" },
    json: { says: "JSON on stdout also where a person looks" },
  },
  help: "One line a record (with --decisions or --follow a decision) where a person looks, else one JSON object.",
  async run(input, io) {
    const session = input.text("session");
    const shows = (stream: string): boolean => session === undefined || isOf(stream, session);
    const print = printerOf(input, io);
    const lengths = new Map<string, number>();
    await withStore(input.required("store"), "read", async (store) => {
      // watched before anything is read, so that nothing is missed in between
      const grown = input.flag("follow") ? store.watch(io.interrupted()) : [];
      const streams = (await store.streams()).map(({ stream }) => stream);
      const first = streams.filter(shows);
      if (session !== undefined && first.length === 0) await io.stderr.write(missing(session, streams));
      const records = (await Promise.all(first.map((stream) => readOn(store, stream, lengths)))).flat();
      await print(records.sort((a, b) => a.at - b.at));
      for await (const stream of grown) if (shows(stream)) await print(await readOn(store, stream, lengths));
    });
    return 0;
  },
};

function missing(session: string, streams: readonly string[]): string {
  const sessions = streams.map(readStreamName).flatMap((name) => (name?.kind === "session" ? [name.session] : []));
  return `nothing is recorded of a session \`${visible(session)}\`${visible(didYouMean(session, sessions))}\n`;
}

async function readOn(store: SqliteFile, stream: string, lengths: Map<string, number>): Promise<readonly LedgerRecord[]> {
  const from = lengths.get(stream) ?? 0;
  const records = await store.read(stream, from);
  lengths.set(stream, from + records.length);
  return records;
}

function isOf(stream: string, session: string): boolean {
  const name = readStreamName(stream);
  return name?.kind === "session" && name.session === session;
}

function printerOf(input: Input, io: Io): (records: readonly LedgerRecord[]) => Promise<void> {
  const decisions = input.flag("decisions") || (input.flag("follow") && !input.flag("records"));
  const shown = (records: readonly LedgerRecord[]): readonly LedgerRecord[] =>
    decisions ? records.filter(({ type }) => DECISIONS.includes(type)) : records;
  return input.flag("json") || io.reader === "program"
    ? (records) =>
        io.stdout.write(
          shown(records)
            .map((record) => `${JSON.stringify(record)}\n`)
            .join(""),
        )
    : (records) => io.stderr.write(formatTable(shown(records).map((record) => summarise(record, io.style))));
}
