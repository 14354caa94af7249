import { digestOf, type JsonObject, type Session } from "@sallyport/core";
import { parseObject } from "./wire.ts";

/** Where the answer to a request is kept that calls something, so that asking again goes on from it. */
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

/** Holds an answer until the model has said its last word on the results of its calls, under the ids that they have in the session. */
export async function holdAnswer({ session, key }: Hold, answer: JsonObject, callIds: readonly string[]): Promise<void> {
  await session.keep(key, JSON.stringify(answer));
  for (const id of callIds) await session.keep(`call:${id}`, key);
}

/** Lets go of an answer that went out with no call in it that anything could still come of. */
export async function letGo({ session, key }: Hold): Promise<void> {
  await session.keep(key, null);
}

/** Lets go of the answers that these calls stood in: the model has read their results and calls nothing any more. */
export async function forgetAnswered(session: Session, callIds: Iterable<string>): Promise<void> {
  for (const id of callIds) {
    const key = await session.kept(`call:${id}`);
    if (key === undefined) continue;
    await session.keep(key, null);
    await session.keep(`call:${id}`, null);
  }
}
