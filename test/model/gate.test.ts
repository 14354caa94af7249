import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "@sallyport/core";
import { sqliteStore, type SqliteFile } from "@sallyport/sqlite";
import { describe, it } from "vitest";
import { runs, within } from "../runs.ts";
import { type OpenStore, play } from "./play.ts";

const inMemory: OpenStore = (clock) => ({ stores: [memoryStore({ clock })], close: async () => undefined });

const inFile: OpenStore = (clock) => {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-model-"));
  const open = (): SqliteFile => sqliteStore(join(folder, "app.db"), { clock });
  const [first, second] = [open(), open()];
  const close = async (): Promise<void> => {
    await first.close();
    await second.close();
    rmSync(folder, { recursive: true });
  };
  return { stores: [first, second], close };
};

describe("the gate does what its model says, whatever happens and in whatever order", () => {
  it("on a store in memory", { timeout: within(120_000) }, async () => {
    await play(inMemory, runs(400));
  });

  it("on a file", { timeout: within(120_000) }, async () => {
    await play(inFile, runs(40));
  });
});
