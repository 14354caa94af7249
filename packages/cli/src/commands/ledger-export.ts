import type { LedgerRecord } from "@sallyport/core";
import type { Command } from "../command/command.ts";
import { withStore } from "../files/open-store.ts";
import { exportTrace, redact } from "../ledger/export.ts";

/** How many lines are written at once. */
const BATCH = 2_000;

/** Writes what a store holds as a trace. */
export const ledgerExport: Command = {
  name: "ledger export",
  says: "the sessions of a store as a trace that `replay` reads",
  options: {
    store: { says: "the app's store", value: "FILE", required: true },
    redacted: { says: "without args, results, texts and claims; such a trace says that it cannot be replayed" },
  },
  help: `
Played against the same policy the trace gives the same decisions. Where payloads were erased, or with --redacted, its
first line says that it cannot be replayed. What a trace cannot say is named on stderr.`,
  async run(input, io) {
    const streams = await withStore(input.required("store"), "read", async (store) => {
      const records: (readonly LedgerRecord[])[] = [];
      for (const { stream } of await store.streams()) records.push(await store.read(stream, 0));
      return records;
    });
    const { lines, redacted, notes } = exportTrace(input.flag("redacted") ? streams.map(redact) : streams);
    for (let first = 0; first < lines.length; first += BATCH) {
      const batch = lines.slice(first, first + BATCH);
      await io.stdout.write(batch.map((line) => `${JSON.stringify(line)}\n`).join(""));
    }
    for (const note of notes) await io.stderr.write(`${io.style.waiting("note")}: ${note}\n`);
    if (redacted)
      await io.stderr.write(`${io.style.waiting("note")}: values are missing; this trace cannot be replayed, and its first line says so\n`);
    return 0;
  },
};
