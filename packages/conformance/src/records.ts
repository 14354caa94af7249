import { verifyStream, type LedgerRecord, type ListableStore } from "@sallyport/core";

/** Every record of a store, in the order of its streams' names: sessions before limits. */
export async function recordsOf(store: ListableStore): Promise<readonly LedgerRecord[]> {
  const names = (await store.streams()).map(({ stream }) => stream);
  return (await Promise.all(ordered(names).map((stream) => store.read(stream, 0)))).flat();
}

/**
 * What calls are called in a ledger: by the id that the model gave, out of `ids`, and `ID#n` where that is the n-th other
 * call under it. Adapters may put a run's id before it, or a count after it, so that a call is unique in its session.
 */
export function callNames(records: readonly LedgerRecord[], ids: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const used = new Map<string, number>();
  for (const { state } of records) {
    const { call } = state;
    if (typeof call !== "string" || names.has(call)) continue;
    // what the model wrote may end like a count itself
    const forms = [call, call.replace(/#\d+$/, "")];
    const id = forms.flatMap((form) => ids.find((id) => form === id) ?? ids.find((id) => form.endsWith(`/${id}`)) ?? []).at(0) ?? call;
    const count = used.get(id) ?? 0;
    used.set(id, count + 1);
    names.set(call, count === 0 ? id : `${id}#${count}`);
  }
  return names;
}

/** The calls that were started and have no end on record: some never get one, where the store failed. */
export function runningIn(records: readonly LedgerRecord[]): ReadonlySet<unknown> {
  const running = new Set<unknown>();
  for (const { type, state } of records) {
    if (type === "call.started") running.add(state["call"]);
    else if (type.startsWith("call.")) running.delete(state["call"]);
  }
  return running;
}

/** The streams of a store whose chain does not hold, in words. */
export async function brokenChains(store: ListableStore): Promise<readonly string[]> {
  const streams = (await store.streams()).map(({ stream }) => stream);
  const found = await Promise.all(streams.map(async (stream) => ({ stream, result: verifyStream(stream, await store.read(stream, 0)) })));
  return found.flatMap(({ stream, result }) => (result.ok ? [] : [`the chain of \`${stream}\` does not hold`]));
}

/** Sessions before limits, each kind by name. */
function ordered(streams: readonly string[]): readonly string[] {
  const rank = (stream: string): string => `${stream.startsWith("session/") ? 0 : 1}${stream}`;
  return [...streams].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}
