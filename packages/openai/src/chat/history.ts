import { isObject, type IdUse, type Json, type JsonObject } from "@sallyport/core";
import { observeText, resultShown, type Bench } from "../bench.ts";
import { denied, type Refusal } from "../refusal.ts";
import { answeredCallId } from "../to-call.ts";
import { objectIn, objectsIn, textIn } from "../wire.ts";
import { legacyId } from "./calls.ts";

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
      for (const text of textsIn(message)) await observeText(bench, "system", text);
      return message;
    case "user":
      for (const text of textsIn(message)) await observeText(bench, "user", text);
      return message;
    case "assistant":
      uses.push(...proposedIn(message).map((id) => ({ id, kind: "proposed" as const })));
      return message;
    case "tool":
      return showResult(message, textIn(message, "tool_call_id") ?? "", uses, bench);
    case "function":
      return showResult(message, legacyId(textIn(message, "name") ?? ""), uses, bench);
    default:
      throw unknown(`a message of the request has a role that nobody knows: \`${textIn(message, "role") ?? "none"}\``);
  }
}

function proposedIn(message: JsonObject): readonly string[] {
  const ids = objectsIn(message, "tool_calls").flatMap((call) => textIn(call, "id") ?? []);
  const legacy = objectIn(message, "function_call");
  return legacy === undefined ? ids : [...ids, legacyId(textIn(legacy, "name") ?? "")];
}

async function showResult(message: JsonObject, id: string, uses: IdUse[], bench: Bench): Promise<JsonObject> {
  const parts = partsIn(message);
  const other = parts.find(({ type }) => type !== "text");
  if (other !== undefined) throw unknown(`a result in the request has a part that nobody can look at: \`${other.type}\``);
  const text = parts.map((part) => part.text).join("\n");
  const content = await resultShown(bench, answeredCallId(id, uses), text);
  uses.push({ id, kind: "answered" });
  return content === text ? message : { ...message, content };
}

interface Part {
  readonly type: string;
  readonly text: string;
}

/** The parts that are no texts and pass. */
const MEDIA = new Set(["image_url", "input_audio", "file", "audio_url", "video_url"]);

function textsIn(message: JsonObject): readonly string[] {
  return partsIn(message).flatMap(({ type, text }) => {
    if (type === "text") return [text];
    if (MEDIA.has(type)) return [];
    throw unknown(`a message of the request has a part that nobody knows: \`${type}\``);
  });
}

function partsIn({ content }: JsonObject): readonly Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === "string") return [{ type: "text", text: content }];
  if (!Array.isArray(content)) throw unknown("the content of a message of the request is neither a text nor a list of parts");
  return content.map((part) => {
    const type = isObject(part) ? textIn(part, "type") : undefined;
    const text = isObject(part) ? textIn(part, "text") : undefined;
    return { type: type === "text" && text === undefined ? "text without a text" : (type ?? typeof part), text: text ?? "" };
  });
}

function unknown(message: string): Refusal {
  return denied("unreadable_request", message);
}
