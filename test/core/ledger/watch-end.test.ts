import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { StreamFeed } from "../../../packages/core/src/ledger/feed.ts";

it("a watch that is left ends at once, and leaves nothing on its signal", async () => {
  const ended: StreamFeed[] = [];
  const { signal } = new AbortController();
  const feed = new StreamFeed(signal, (which) => ended.push(which));
  feed.push("t/s");
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  expect(await feed.return()).toEqual({ done: true, value: undefined });
  expect(ended).toEqual([feed]);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  feed.push("t/r");
  expect(await feed.next()).toEqual({ done: true, value: undefined });
});
