import type { IdUse, JsonObject } from "@sallyport/core";
import { parseObject, textIn } from "../wire.ts";
import { callShapeOf } from "./call-items.ts";
import { resultShapeOf } from "./result-items.ts";

/** What an item says of a call's id; undefined: nothing. */
export function useOf(item: JsonObject): IdUse | undefined {
  const shape = callShapeOf(item);
  if (shape !== undefined) return { id: shape.id(item), kind: "proposed" };
  if (item["type"] === "mcp_approval_response") return answered(textIn(item, "approval_request_id"));
  return resultShapeOf(item) === undefined ? undefined : answered(textIn(item, "call_id") ?? textIn(item, "id"));
}

/** What the items of an app say of call ids: as they go over the wire. */
export function usesAmong(items: readonly unknown[]): readonly IdUse[] {
  return items.flatMap((item) => {
    const sent = parseObject(JSON.stringify(item));
    return (sent && useOf(sent)) ?? [];
  });
}

function answered(id: string | undefined): IdUse | undefined {
  return id === undefined ? undefined : { id, kind: "answered" };
}
