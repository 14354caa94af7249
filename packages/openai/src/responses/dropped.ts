import type { JsonObject, Session } from "@sallyport/core";
import { keptAs } from "../kept.ts";
import { objectIn, objectsIn, parseObject, textIn } from "../wire.ts";

/** A call that became text: the server still remembers it, and wants an answer to it before it goes on. */
export interface Dropped {
  /** the id of the message that stands in its place */
  readonly message: string;
  readonly call: JsonObject;
  /** what tells the server that it did not run */
  readonly answers: readonly JsonObject[];
}

const PLACE = /^msg_sallyport_\d+_(.*)$/;

/** The id of the message in place of a call. */
export function placeId(answer: JsonObject, index: number): string {
  return `msg_sallyport_${index}_${textIn(answer, "id") ?? ""}`;
}

/** Whether the id is of a message that stood in place of a call. */
export function isPlace(id: string): boolean {
  return PLACE.test(id);
}

/**
 * Remembers an answer that goes out, and what was dropped of it: a later request may go on from it. How it went out first
 * counts: what is dropped of it when it is fetched again was answered in the meantime.
 */
export async function keepDropped(session: Session, answer: JsonObject, dropped: readonly Dropped[]): Promise<void> {
  const id = textIn(answer, "id");
  if (id === undefined) return;
  const known = await session.kept(keptAs.dropped(id));
  if (known === undefined) await session.keep(keptAs.dropped(id), JSON.stringify({ dropped }));
  const conversation = textIn(objectIn(answer, "conversation") ?? {}, "id");
  if (conversation === undefined) return;
  const at = answer["created_at"] ?? 0;
  const owed = await owedIn(session, conversation);
  if (known === undefined && dropped.length > 0) {
    const answers = dropped.flatMap((one) => one.answers);
    return session.keep(keptAs.owed(conversation), JSON.stringify({ id, at, answers }));
  }
  // INVARIANT: a newer answer of the conversation means that the server has got what it was owed
  if (owed !== undefined && owed["id"] !== id && Number(at) >= Number(owed["at"])) await session.keep(keptAs.owed(conversation), null);
}

/** What the server wants to be told before it goes on from an answer; undefined: no such answer went out in this session. */
export async function owedAfter(session: Session, id: string): Promise<readonly JsonObject[] | undefined> {
  const dropped = await droppedOf(session, id);
  return dropped?.flatMap((one) => objectsIn(one, "answers"));
}

/** What the server wants to be told before it goes on with a conversation. */
export async function owedTo(session: Session, conversation: string): Promise<readonly JsonObject[]> {
  return objectsIn((await owedIn(session, conversation)) ?? {}, "answers");
}

/** What a message stands for that took the place of a call: the call and what answered it; undefined where that is not known. */
export async function placed(session: Session, message: string): Promise<readonly JsonObject[] | undefined> {
  const answer = PLACE.exec(message)?.[1];
  const dropped = answer === undefined ? undefined : await droppedOf(session, answer);
  const found = dropped?.find((one) => one["message"] === message);
  const call = found === undefined ? undefined : objectIn(found, "call");
  return found === undefined || call === undefined ? undefined : [call, ...objectsIn(found, "answers")];
}

async function droppedOf(session: Session, id: string): Promise<readonly JsonObject[] | undefined> {
  const text = await session.kept(keptAs.dropped(id));
  return text === undefined ? undefined : objectsIn(parseObject(text) ?? {}, "dropped");
}

async function owedIn(session: Session, conversation: string): Promise<JsonObject | undefined> {
  const text = await session.kept(keptAs.owed(conversation));
  return text === undefined ? undefined : parseObject(text);
}
