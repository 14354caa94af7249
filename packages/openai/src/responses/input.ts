import { isObject, proposalText, type IdUse, type Json, type JsonObject } from "@sallyport/core";
import { observeOutside, observeText, resultShown, type Bench } from "../bench.ts";
import { textsOf, type PartTypes } from "../message-parts.ts";
import { denied } from "../refusal.ts";
import { objectsIn, textIn, without } from "../wire.ts";
import { answeredCallId } from "../to-call.ts";
import { callShapeOf } from "./call-items.ts";
import { isPlace, placed } from "./dropped.ts";
import { isHosted, showHosted } from "./hosted-items.ts";
import { mayApprove } from "./mcp-requests.ts";
import { resultShapeOf } from "./result-items.ts";
import { offerTools } from "./tools.ts";
import { useOf } from "./uses.ts";

/** The items of a request as they may go out. */
export interface InputItems {
  readonly items: readonly JsonObject[];
  /** what they say of call ids */
  readonly uses: readonly IdUse[];
  /** the definitions of tools that stand among them */
  readonly definitions: ReadonlyMap<string, object>;
}

// what the server wrote and gets back, or what tells it how to go on: no texts of anybody's
const QUIET = new Set(["reasoning", "item_reference", "compaction_trigger", "configuration_update"]);

/** Reads a request's input, of which `owed` is what the server wants to be told first. */
export async function readInput(request: JsonObject, owed: readonly JsonObject[], bench: Bench): Promise<InputItems> {
  const input = inputItems(request["input"]);
  const uses: IdUse[] = [];
  const definitions = new Map<string, object>();
  const items: JsonObject[] = [];
  const answered = new Set(input.map((item) => useOf(item)?.id));
  const own = owed.filter((item) => !answered.has(useOf(item)?.id) || useOf(item)?.id === undefined);
  for (const item of own) take(item, uses, items);
  for (const item of input) {
    const stands = await standsFor(item, bench);
    if (stands !== undefined) {
      for (const one of stands) take(one, uses, items);
      continue;
    }
    // the server knows no item by an id that we wrote
    const own = isPlace(textIn(item, "id") ?? "") ? without(item, "id", "status") : item;
    const shown = await showItem(own, { request, input, uses, definitions }, bench);
    take(shown, uses, items);
  }
  return { items, uses, definitions };
}

/** What an item stands for that we put in place of a call: the server gets its own call back, with an answer to it. */
async function standsFor(item: JsonObject, { session }: Bench): Promise<readonly JsonObject[] | undefined> {
  const id = textIn(item, "id");
  if (id === undefined || !isPlace(id)) return undefined;
  const stands = await placed(session, id);
  // whatever says more than its id is looked at like any other item
  return stands ?? (typeOf(item) === "item_reference" ? [] : undefined);
}

function take(item: JsonObject, uses: IdUse[], items: JsonObject[]): void {
  items.push(item);
  const use = useOf(item);
  if (use !== undefined) uses.push(use);
}

/** What of a request was read before one of its items. */
interface Before {
  readonly request: JsonObject;
  readonly input: readonly JsonObject[];
  readonly uses: readonly IdUse[];
  readonly definitions: Map<string, object>;
}

async function showItem(item: JsonObject, known: Before, bench: Bench): Promise<JsonObject> {
  const type = typeOf(item);
  const result = resultShapeOf(item);
  if (type === "message") return showMessage(item, bench);
  if (result !== undefined) {
    const content = result.read(item);
    const shown = await resultShown(bench, answeredCallId(useOf(item)?.id ?? "", known.uses), content);
    return shown === content ? item : result.write(item, shown);
  }
  if (type === "mcp_approval_response") return showAnswer(item, known, bench);
  if (type === "additional_tools" || type === "tool_search_output") {
    const { tools, definitions } = await offerTools(objectsIn(item, "tools"), bench);
    for (const [name, definition] of definitions) known.definitions.set(name, definition);
    return { ...item, tools };
  }
  if (callShapeOf(item) !== undefined || QUIET.has(type)) return item;
  if (!isHosted(item)) throw denied("unknown_item", `the request has an item of a type that is not known: \`${type}\``);
  return showHosted(item, bench);
}

function typeOf(item: JsonObject): string {
  const { type } = item;
  if (typeof type === "string") return type;
  return textIn(item, "role") === undefined ? "item_reference" : "message";
}

async function showMessage(item: JsonObject, bench: Bench): Promise<JsonObject> {
  const role = textIn(item, "role") ?? "";
  switch (role) {
    case "user":
    case "system":
    case "developer":
      for (const text of textsOf(item, PARTS)) await observeText(bench, role === "user" ? "user" : "system", text);
      return item;
    case "assistant":
      return item;
    default:
      throw denied("unknown_role", `the request has a message of a role that is not known: \`${role}\``);
  }
}

const PARTS: PartTypes = { text: "input_text", media: new Set(["input_image", "input_file", "input_audio"]) };

/** A yes to a call of a server's tool goes on only where that call was let go, and once; a no always does. */
async function showAnswer(item: JsonObject, { request, input, uses }: Before, bench: Bench): Promise<JsonObject> {
  await observeOutside(bench, textIn(item, "reason") ?? "");
  if (item["approve"] === false) return item;
  const id = useOf(item)?.id ?? "";
  const callId = answeredCallId(id, uses);
  const standing = await bench.session.standing(callId);
  const answered = input.some((one) => one["type"] === "mcp_call" && one["approval_request_id"] === id);
  if (standing?.status === "allow" && (await mayApprove(bench.session, callId, request, answered))) return { ...item, approve: true };
  const isAsked = standing !== undefined && standing.status !== "allow";
  const reason = isAsked ? proposalText(standing) : "not run: no call waits for an answer under this id";
  return { ...item, approve: false, reason };
}

/** The items of a request's input; a text is the user's. Throws a Refusal for what is none. */
function inputItems(input: Json | undefined): readonly JsonObject[] {
  if (input === undefined || input === null) return [];
  if (typeof input === "string") return [{ role: "user", content: input }];
  if (!Array.isArray(input) || !input.every(isObject))
    throw denied("unreadable_request", "the request's input is neither a text nor a list of items");
  return input;
}
