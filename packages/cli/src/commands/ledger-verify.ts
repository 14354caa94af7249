import type { Command } from "../command/command.ts";
import { withStore } from "../files/open-store.ts";
import { readTextFile } from "../files/text-file.ts";
import type { Io } from "../io.ts";
import { readHeads } from "../ledger/heads.ts";
import { verifyStore } from "../ledger/verify.ts";
import { visible } from "../print/visible.ts";

/** How often progress is said, in milliseconds. */
const PROGRESS = 500;

/** Verifies the chains of a store. */
export const ledgerVerify: Command = {
  name: "ledger verify",
  says: "verifies every chain of a store and names the first broken record of each",
  options: {
    store: { says: "the app's store", value: "FILE", required: true },
    head: { says: "heads that were kept elsewhere: also finds a cut end and a missing stream", value: "FILE" },
    json: { says: "JSON on stdout also where a person looks" },
  },
  help: `
Prints {ok, records, broken: [{stream, seq, reason}], heads} on stdout where a program reads. Save that elsewhere and hand
it over as --head FILE later: a chain alone cannot show that its end was cut. Exit code 1 where something is broken.`,
  async run(input, io) {
    const file = input.text("head");
    const kept = file === undefined ? [] : readHeads(await readTextFile(file), file);
    const found = await withStore(input.required("store"), "read", (store) => verifyStore(store, kept, progressTo(io)));
    if (input.flag("json") || io.reader === "program") await io.stdout.write(`${JSON.stringify(found)}\n`);
    for (const { stream, seq, reason } of found.broken) {
      await io.stderr.write(
        `${io.style.bad("broken")}: ${seq === null ? "" : `record ${seq} of `}\`${visible(stream)}\`: ${visible(reason)}\n`,
      );
    }
    const streams = `${found.heads.length + found.broken.length} streams`;
    const records = `${found.records} records`;
    const bad = io.style.bad(`${found.broken.length} of ${streams} are broken`);
    await io.stderr.write(found.ok ? `${io.style.good("sound")}: ${streams}, ${records}\n` : `${bad} (${records} were there)\n`);
    return found.ok ? 0 : 1;
  },
};

function progressTo(io: Io): (records: number) => void {
  let said = performance.now();
  return (records) => {
    if (performance.now() - said < PROGRESS) return;
    said = performance.now();
    void io.stderr.write(`verified ${records} records …\n`);
  };
}
