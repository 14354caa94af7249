import type { JsonObject, LedgerRecord } from "@sallyport/core";
import { Notes } from "./notes.ts";
import { inOrder } from "./order.ts";
import { isErased } from "./record-fields.ts";
import { SessionWriter, type LineBody } from "./session-writer.ts";
import { readStory } from "./story.ts";
import { readStreamName } from "./stream-name.ts";

/** A trace as JSON objects, one a line, and what is to be said about it. */
export interface Export {
  readonly lines: readonly JsonObject[];
  /** whether values are missing, so that it cannot be replayed */
  readonly redacted: boolean;
  /** what a trace cannot say of what was recorded */
  readonly notes: readonly string[];
}

/** The first line of a trace that cannot be replayed; `replay` refuses it. */
const REDACTED_LINE: JsonObject = { redacted: true, note: "values were erased or left out; this trace cannot be replayed" };

/** Makes the trace of all sessions from all streams of a store: played against the same policy it gives the same decisions. */
export function exportTrace(streams: readonly (readonly LedgerRecord[])[]): Export {
  const notes = new Notes();
  const names = namesOf(streams);
  const writers = new Map(
    streams.flatMap((records) => (records[0] === undefined ? [] : [[records[0].stream, new SessionWriter(readStory(records), notes)]])),
  );
  const lines: JsonObject[] = [];
  let now: number | undefined;
  const push = (stream: string, at: number, body: LineBody): void => {
    const time = at === now ? {} : { at: new Date(at).toISOString() };
    lines.push({ session: names.get(stream) ?? stream, ...time, ...body });
    now = at;
  };
  const ordered = inOrder(streams);
  for (const record of ordered) for (const body of writers.get(record.stream)?.write(record) ?? []) push(record.stream, record.at, body);
  const end = ordered.at(-1)?.at ?? 0;
  for (const [stream, writer] of writers) for (const body of writer.rest()) push(stream, end, body);
  const redacted = ordered.some(isErased);
  return {
    lines: redacted ? [REDACTED_LINE, ...lines] : lines,
    redacted,
    notes: notes.list(),
  };
}

/** Records as they are without what an app's users said and got. */
export function redact(records: readonly LedgerRecord[]): readonly LedgerRecord[] {
  return records.map(({ stream, seq, at, type, state, digest, hash }) => ({
    stream,
    seq,
    at,
    type,
    state,
    hash,
    ...(digest === undefined ? {} : { digest }),
  }));
}

/** The sessions' ids; where two tenants have a session of the same id, they are told apart by tenant. */
function namesOf(streams: readonly (readonly LedgerRecord[])[]): ReadonlyMap<string, string> {
  const found = streams.flatMap(([first]) => {
    const name = first === undefined ? undefined : readStreamName(first.stream);
    return first !== undefined && name?.kind === "session" ? [{ stream: first.stream, ...name }] : [];
  });
  const times = new Map<string, number>();
  for (const { session } of found) times.set(session, (times.get(session) ?? 0) + 1);
  return new Map(found.map(({ stream, tenant, session }) => [stream, (times.get(session) ?? 0) > 1 ? `${tenant}/${session}` : session]));
}
