import type { LedgerRecord } from "@sallyport/core";
import type { SqliteFile } from "@sallyport/sqlite";
import type { Command } from "../command/command.ts";
import { withStore } from "../files/open-store.ts";
import type { Io } from "../io.ts";
import { readStreamName } from "../ledger/stream-name.ts";
import { summarise } from "../ledger/summary.ts";
import { formatTable } from "../print/table.ts";

/** Shows the records of a store. */
export const ledgerShow: Command = {
  name: "ledger show",
  says: "the records of a store, in the order of their time",
  options: {
    store: { says: "the app's store", value: "FILE", required: true },
    session: { says: "of this session only", value: "ID" },
    follow: { says: "goes on with what is being written, until it is interrupted" },
    json: { says: "JSON on stdout also where a person looks" },
  },
  help: "One line a record where a person looks, else one JSON object a record.",
  async run(input, io) {
    const session = input.text("session");
    const shows = (stream: string): boolean => session === undefined || isOf(stream, session);
    const print = input.flag("json") || io.reader === "program" ? printJson : printRows;
    const lengths = new Map<string, number>();
    await withStore(input.required("store"), "read", async (store) => {
      // watched before anything is read, so that nothing is missed in between
      const grown = input.flag("follow") ? store.watch(io.interrupted()) : undefined;
      const follow = async (grown: AsyncIterable<string>): Promise<void> => {
        for await (const stream of grown) if (shows(stream)) await print(await readOn(store, stream, lengths), io);
      };
      const first = (await store.streams()).filter(({ stream }) => shows(stream));
      const records = (await Promise.all(first.map(({ stream }) => readOn(store, stream, lengths)))).flat();
      await print(
        records.sort((a, b) => a.at - b.at),
        io,
      );
      if (grown !== undefined) await keepAlive(follow(grown));
    });
    return 0;
  },
};

/** A store that is watched does not keep a process alive by itself. */
async function keepAlive(task: Promise<void>): Promise<void> {
  const timer = setInterval(() => undefined, 60_000);
  try {
    await task;
  } finally {
    clearInterval(timer);
  }
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

async function printJson(records: readonly LedgerRecord[], io: Io): Promise<void> {
  await io.stdout.write(records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

async function printRows(records: readonly LedgerRecord[], io: Io): Promise<void> {
  await io.stderr.write(formatTable(records.map((record) => summarise(record, io.style))));
}
