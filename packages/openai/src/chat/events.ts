import type { Json, JsonObject } from "@sallyport/core";
import type { WireEvent } from "../wire.ts";
import { objectIn, objectsIn, textIn, without } from "../wire.ts";
import { withoutCalls } from "./calls.ts";
import { choicesIn, TEXTS } from "./members.ts";

/** What of a choice was passed on already. */
export interface Sent {
  /** how much of each text, in characters */
  readonly lengths: ReadonlyMap<string, number>;
  /** its other members */
  readonly members: ReadonlySet<string>;
  readonly finished: boolean;
}

const NOTHING: Sent = { lengths: new Map(), members: new Set(), finished: false };

/** An answer as the chunks that are still to be sent of it, up to the end of the stream. */
export function chunksOf(answer: JsonObject, sent: ReadonlyMap<number, Sent> = new Map()): readonly WireEvent[] {
  const head = { ...without(answer, "choices", "usage"), object: "chat.completion.chunk" };
  const chunks = choicesIn(answer).flatMap((choice) => {
    const index = Number(choice["index"]);
    return deltasOf(choice, sent.get(index) ?? NOTHING).map(({ delta, finish }) => chunkOf(head, index, delta, finish));
  });
  const usage = answer["usage"] ?? null;
  return [...chunks, ...(usage === null ? [] : [{ data: { ...head, choices: [], usage } }]), { data: "[DONE]" }];
}

function chunkOf(head: JsonObject, index: number, delta: JsonObject, finish: Json): WireEvent {
  return { data: { ...head, choices: [{ index, delta, logprobs: null, finish_reason: finish }] } };
}

interface Step {
  readonly delta: JsonObject;
  readonly finish: Json;
}

function deltasOf(choice: JsonObject, { lengths, members, finished }: Sent): readonly Step[] {
  const message = objectIn(choice, "message") ?? {};
  const beside = without(withoutCalls(message), ...TEXTS, ...members);
  const texts = TEXTS.map((member) => ({ [member]: (textIn(message, member) ?? "").slice(lengths.get(member) ?? 0) }));
  const calls = objectsIn(message, "tool_calls").map((call, index) => ({ tool_calls: [{ index, ...call }] }));
  const legacy = objectIn(message, "function_call");
  const deltas: JsonObject[] = [
    ...(Object.keys(beside).length === 0 ? [] : [beside]),
    ...texts.filter((text) => Object.values(text).some((words) => words !== "")),
    ...calls,
    ...(legacy === undefined ? [] : [{ function_call: legacy }]),
  ];
  const finish = choice["finish_reason"] ?? null;
  const steps = deltas.map((delta) => ({ delta, finish: null }));
  return finished || finish === null ? steps : [...steps, { delta: {}, finish }];
}
