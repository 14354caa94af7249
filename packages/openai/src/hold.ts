import { digestOf, type JsonObject, type Session } from "@sallyport/core";
import { parseObject } from "./wire.ts";

/** Where the answer to a request is kept whose calls wait for humans, so that asking again goes on from it. */
export interface Hold {
  readonly session: Session;
  /** of the request as the app sent it */
  readonly key: string;
}

/** The place of a request in its session. */
export function holdOf(session: Session, method: string, path: string, body: JsonObject): Hold {
  return { session, key: `response:${digestOf([method, path, body])}` };
}

/** The answer that is held for a request; undefined: none, or it was erased. */
export async function heldAnswer({ session, key }: Hold): Promise<JsonObject | undefined> {
  const text = await session.kept(key);
  return text === undefined ? undefined : parseObject(text);
}

/** Holds an answer until one of its calls has got its result, under the ids that they have in the session. */
export async function holdAnswer({ session, key }: Hold, answer: JsonObject, callIds: readonly string[]): Promise<void> {
  await session.keep(key, JSON.stringify(answer));
  for (const id of callIds) await session.keep(`call:${id}`, key);
}

/** Lets go of an answer that went out with no call in it that anything could still come of. */
export async function letGo({ session, key }: Hold): Promise<void> {
  await session.keep(key, null);
}

/** Lets go of the answer that a call stood in, now that its result goes to the model: the app has gone on. */
export async function forgetAnswered(session: Session, callId: string): Promise<void> {
  const key = await session.kept(`call:${callId}`);
  if (key === undefined) return;
  await session.keep(key, null);
  await session.keep(`call:${callId}`, null);
}
