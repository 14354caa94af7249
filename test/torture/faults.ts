import { readFileSync } from "node:fs";
import { seal } from "../../packages/core/src/ledger/chain.ts";
import type { Batch, LedgerRecord, Store } from "@sallyport/core";

/** Faults that are put in on purpose, each of which the torture has to find. */
export const FAULTS = ["claim-without-position", "unsynced-write", "verdict-by-call-id"] as const;

export type FaultName = (typeof FAULTS)[number];

/** Whether a text names a fault. */
export function isFault(text: string): text is FaultName {
  return FAULTS.some((fault) => fault === text);
}

/** A store with a fault, where the fault is one of a store. */
export function faultyStore(store: Store, fault: FaultName | undefined): Store {
  switch (fault) {
    case "claim-without-position":
      return { ...methodsOf(store), append: (batches) => appendAnywhere(store, batches) };
    case "unsynced-write":
      return { ...methodsOf(store), append: lateAppend(store) };
    case "verdict-by-call-id":
    case undefined:
      return store;
  }
}

function methodsOf(store: Store): Store {
  return {
    now: () => store.now(),
    append: (batches) => store.append(batches),
    read: (stream, from) => store.read(stream, from),
    approvals: (query) => store.approvals(query),
    watch: (signal) => store.watch(signal),
  };
}

/** Appends a claim wherever its stream ends by now; everything else where it is expected. */
async function appendAnywhere(store: Store, batches: readonly Batch[]): Promise<"appended" | "conflict"> {
  const claims = batches.some(({ records }) => records.some(({ type }) => type === "call.started"));
  for (let attempt = 0; ; attempt++) {
    const moved = attempt === 0 ? batches : await Promise.all(batches.map((batch) => moveToEnd(store, batch)));
    const written = await store.append(moved);
    if (written === "appended" || !claims) return written;
  }
}

async function moveToEnd(store: Store, { stream, records }: Batch): Promise<Batch> {
  const before = await store.read(stream, 0);
  let prev = before.at(-1)?.hash ?? "0".repeat(64);
  const moved = records.map((record, index): LedgerRecord => {
    const { type, state, payload, at, salt = "" } = record;
    const entry = payload === undefined ? { type, state } : { type, state, payload };
    const sealed = seal(prev, stream, before.length + index, at, entry, salt);
    prev = sealed.hash;
    return sealed;
  });
  return { stream, expected: before.length, records: moved };
}

/** how long an append stays in memory after it was acknowledged, in milliseconds */
const LATE = 60;

/** Acknowledges an append at once, and writes it later. */
function lateAppend(store: Store): Store["append"] {
  let written: Promise<unknown> = Promise.resolve();
  return async (batches) => {
    const due = new Promise((resolve) => setTimeout(resolve, LATE));
    const write = async (): Promise<void> => {
      await due;
      await store.append(batches).catch(() => "lost");
    };
    written = written.then(write);
    return "appended";
  };
}

/** A piece of source, and what stands in its place. */
interface Patch {
  /** how the file's address ends */
  readonly file: string;
  readonly pieces: readonly (readonly [piece: string, instead: string])[];
}

/** What a fault changes in the engine's own source, where it is not one of a store. */
const PATCHES: Readonly<Partial<Record<FaultName, Patch>>> = {
  "verdict-by-call-id": {
    file: "packages/core/src/gate/move.ts",
    pieces: [
      ["const reused = reuse(known, call);", "const reused = known.approval === undefined ? reuse(known, call) : undefined;"],
      [
        "return reconsider(moment, known);",
        `return reconsider(moment, known.approval === undefined || !call.args.ok
          ? known
          : { ...known, source: call.args.args, decision: { ...known.decision, args: call.args.args } });`,
      ],
    ],
  },
};

/** The source of a file with a fault; undefined: the fault is not in this file. Throws where a piece is not there exactly once. */
export function faultySource(fault: FaultName, url: string, source: string): string | undefined {
  const patch = PATCHES[fault];
  if (patch === undefined || !url.endsWith(patch.file)) return undefined;
  return patch.pieces.reduce((text, [piece, instead]) => replaceOnce(patch.file, text, piece, instead), source);
}

function replaceOnce(file: string, text: string, piece: string, instead: string): string {
  const [before, after, ...more] = text.split(piece);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`the fault cannot be put in: \`${piece}\` does not stand in \`${file}\` exactly once`);
  return `${before}${instead}${after}`;
}

/** Throws where a fault cannot be put into the source as it is now. */
export function checkFault(fault: FaultName): void {
  const file = PATCHES[fault]?.file;
  if (file === undefined) return;
  const url = new URL(`../../${file}`, import.meta.url);
  faultySource(fault, url.href, readFileSync(url, "utf8"));
}
