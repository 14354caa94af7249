import { digestOf, type JsonObject, type Session } from "@sallyport/core";
import { keptAs } from "./kept.ts";
import { objectIn, parseObject, textIn } from "./wire.ts";

/** Where the answer to a request is kept that calls something, so that asking again goes on from it. */
export interface Hold {
  readonly session: Session;
  /** of the request as the app sent it */
  readonly key: string;
}

/** The place of a request in its session. */
export function holdOf(session: Session, method: string, path: string, body: JsonObject): Hold {
  return { session, key: keptAs.held(digestOf([method, path, body])) };
}

/** An answer that is held, and the digest of the policy that its texts were released under. */
export interface Held {
  readonly answer: JsonObject;
  readonly policy: string;
}

/** The answer that is held for a request; undefined: none, or it was erased. */
export async function heldAnswer({ session, key }: Hold): Promise<Held | undefined> {
  const held = parseObject((await session.kept(key)) ?? "") ?? {};
  const answer = objectIn(held, "answer");
  return answer && { answer, policy: textIn(held, "policy") ?? "" };
}

/** Holds an answer until the model has said its last word on the results of its calls, under the ids that they have in the session. */
export async function holdAnswer({ session, key }: Hold, held: Held, callIds: readonly string[]): Promise<void> {
  await session.keep(key, JSON.stringify(held));
  for (const id of callIds) await session.keep(keptAs.heldFor(id), key);
}

/** Lets go of an answer that went out with no call in it that anything could still come of. */
export async function letGo({ session, key }: Hold): Promise<void> {
  await session.keep(key, null);
}

/** Lets go of the answers that these calls stood in: the model has read their results and calls nothing any more. */
export async function forgetAnswered(session: Session, callIds: Iterable<string>): Promise<void> {
  for (const id of callIds) {
    const key = await session.kept(keptAs.heldFor(id));
    if (key === undefined) continue;
    await session.keep(key, null);
    await session.keep(keptAs.heldFor(id), null);
  }
}
