import type { IdUse, JsonObject } from "@sallyport/core";
import { objectIn, objectsIn, parseObject, textIn } from "../wire.ts";
import { legacyId } from "./calls.ts";

/** What a message says of call ids. */
export function usesOf(message: JsonObject): readonly IdUse[] {
  if (message["role"] === "assistant") return proposedIn(message).map((id) => ({ id, kind: "proposed" }));
  const id = answeredBy(message);
  return id === undefined ? [] : [{ id, kind: "answered" }];
}

/** The id of the call that a message answers, as the provider calls it; undefined where it answers none. */
export function answeredBy(message: JsonObject): string | undefined {
  if (message["role"] === "tool") return textIn(message, "tool_call_id") ?? "";
  return message["role"] === "function" ? legacyId(textIn(message, "name") ?? "") : undefined;
}

/** What the messages of an app say of call ids: as they go over the wire. */
export function usesIn(messages: readonly unknown[]): readonly IdUse[] {
  return messages.flatMap((message) => {
    const sent = parseObject(JSON.stringify(message));
    return sent === undefined ? [] : usesOf(sent);
  });
}

function proposedIn(message: JsonObject): readonly string[] {
  const ids = objectsIn(message, "tool_calls").flatMap((call) => textIn(call, "id") ?? []);
  const legacy = objectIn(message, "function_call");
  return legacy === undefined ? ids : [...ids, legacyId(textIn(legacy, "name") ?? "")];
}
