import { digestOf, type JsonObject, type Session } from "@sallyport/core";
import { keptAs } from "../kept.ts";
import { parseObject, textIn, without } from "../wire.ts";

/** Remembers that a server's request for a call of its tool was let go, under the call's id in its session. */
export async function keepRequest(session: Session, callId: string, item: JsonObject): Promise<void> {
  if (item["type"] === "mcp_approval_request") await session.keep(keptAs.requested(callId), JSON.stringify({ asked: toolOf(item) }));
}

/** Whether an item is the call of a server's tool that was asked for, by that server, and may run. */
export async function isLetGo(item: JsonObject, session: Session): Promise<boolean> {
  const request = textIn(item, "approval_request_id");
  if (request === undefined || item["type"] !== "mcp_call") return false;
  const kept = await requestOf(session, request);
  return kept?.["asked"] === toolOf(item) && (await session.standing(request))?.status === "allow";
}

/**
 * Whether a request may say yes to a call: one that was let go, and no other request has said so before. `answered`: it holds
 * what came of the call, so that the yes is only told again.
 */
export async function mayApprove(session: Session, callId: string, request: JsonObject, answered: boolean): Promise<boolean> {
  const kept = await requestOf(session, callId);
  if (kept === undefined) return false;
  if (answered) return true;
  // the client tries a request again whose answer was lost
  const own = digestOf(without(request, "stream"));
  if (kept["approved"] === undefined) await session.keep(keptAs.requested(callId), JSON.stringify({ ...kept, approved: own }));
  return kept["approved"] === undefined || kept["approved"] === own;
}

async function requestOf(session: Session, callId: string): Promise<JsonObject | undefined> {
  const text = await session.kept(keptAs.requested(callId));
  return text === undefined ? undefined : parseObject(text);
}

function toolOf(item: JsonObject): string {
  return JSON.stringify([textIn(item, "server_label") ?? "", textIn(item, "name") ?? ""]);
}
