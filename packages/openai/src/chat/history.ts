import { isObject, type IdUse, type Json, type JsonObject } from "@sallyport/core";
import { observeText, resultShown, type Bench } from "../bench.ts";
import { textsOf, type PartTypes } from "../message-parts.ts";
import { denied, type Refusal } from "../refusal.ts";
import { answeredCallId } from "../to-call.ts";
import { textIn } from "../wire.ts";
import { answeredBy, usesOf } from "./uses.ts";

/** The messages of a request as the model may see them. */
export interface History {
  readonly messages: readonly Json[];
  readonly uses: readonly IdUse[];
}

/** Observes the texts of a request, and shows the results of calls as they stand on record. Throws a Refusal for what nobody can look at. */
export async function showHistory(messages: readonly Json[], bench: Bench): Promise<History> {
  const shown: Json[] = [];
  const uses: IdUse[] = [];
  for (const message of messages) {
    if (!isObject(message)) throw unknown("a message of the request is no object");
    shown.push(await showMessage(message, uses, bench));
  }
  return { messages: shown, uses };
}

async function showMessage(message: JsonObject, uses: IdUse[], bench: Bench): Promise<JsonObject> {
  switch (message["role"]) {
    case "system":
    case "developer":
      for (const text of textsOf(message, PARTS)) await observeText(bench, "system", text);
      return message;
    case "user":
      for (const text of textsOf(message, PARTS)) await observeText(bench, "user", text);
      return message;
    case "assistant":
      uses.push(...usesOf(message));
      return message;
    case "tool":
    case "function":
      return showResult(message, answeredBy(message) ?? "", uses, bench);
    default:
      throw unknown(`a message of the request has a role that nobody knows: \`${textIn(message, "role") ?? "none"}\``);
  }
}

async function showResult(message: JsonObject, id: string, uses: IdUse[], bench: Bench): Promise<JsonObject> {
  const text = textsOf(message, RESULT_PARTS).join("\n");
  const content = await resultShown(bench, answeredCallId(id, uses), text);
  uses.push(...usesOf(message));
  return content === text ? message : { ...message, content };
}

const PARTS: PartTypes = { text: "text", media: new Set(["image_url", "input_audio", "file", "audio_url", "video_url"]) };
const RESULT_PARTS: PartTypes = { text: "text", media: new Set() };

function unknown(message: string): Refusal {
  return denied("unreadable_request", message);
}
