import { afterEach, describe, expect, it, vi } from "vitest";
import { type Flaw, FLAWS } from "./broken.ts";

/** The same for everybody: what is noticed here is noticed everywhere. */
const RUNS = { numRuns: 250, seed: 1, endOnFailure: true };

/** Plays with a gate that has the flaw. */
async function playBroken({ module, store = (real) => real }: Flaw): Promise<void> {
  vi.resetModules();
  if (module !== undefined) vi.doMock(module.path, async (real) => module.replace(await real()));
  const { memoryStore } = await import("@sallyport/core");
  const { play } = await import("./play.ts");
  await play((clock) => ({ stores: [store(memoryStore({ clock }))], close: async () => undefined }), RUNS);
}

describe("the model notices a gate that", () => {
  afterEach(() => FLAWS.forEach(({ module }) => module && vi.doUnmock(module.path)));

  it.each(FLAWS)("$is", { timeout: 120_000 }, async (flaw) => {
    await expect(playBroken(flaw)).rejects.toThrow("Property failed");
  });
});
