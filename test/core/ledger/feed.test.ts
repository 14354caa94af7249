import { describe, expect, it } from "vitest";
import { SallyportError } from "../../../packages/core/src/error.ts";
import { StreamFeed } from "../../../packages/core/src/ledger/feed.ts";

describe("StreamFeed", () => {
  it("tells each stream once until it is taken, to as many as wait", async () => {
    const feed = new StreamFeed(new AbortController().signal, () => {});
    for (const stream of ["a", "b", "a"]) feed.push(stream);
    expect([await feed.next(), await feed.next()].map(({ value }) => value)).toEqual(["a", "b"]);
    const waiting = [feed.next(), feed.next()];
    for (const stream of ["c", "c", "c"]) feed.push(stream);
    expect((await Promise.all(waiting)).map(({ value }) => value)).toEqual(["c", "c"]);
    expect((await feed.next()).value).toBe("c");
  });

  it("ends once, with all that wait", async () => {
    let ends = 0;
    const stop = new AbortController();
    const feed = new StreamFeed(stop.signal, () => ends++);
    const waiting = [feed.next(), feed.next()];
    stop.abort();
    await feed.return();
    feed.push("late");
    expect((await Promise.all([...waiting, feed.next()])).map(({ done }) => done)).toEqual([true, true, true]);
    expect(ends).toBe(1);
  });

  it("hands an error to the watcher once, whether it waits or not", async () => {
    const error = new SallyportError("store-failed", "broken");
    for (const waits of [true, false]) {
      const feed = new StreamFeed(new AbortController().signal, () => {});
      const next = waits ? feed.next() : undefined;
      feed.fail(error);
      await expect(next ?? feed.next()).rejects.toBe(error);
      expect((await feed.next()).done).toBe(true);
    }
  });
});
