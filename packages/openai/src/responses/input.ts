import { isObject, proposalText, type IdUse, type Json, type JsonObject } from "@sallyport/core";
import { observeOutside, observeText, resultShown, type Bench } from "../bench.ts";
import { denied } from "../refusal.ts";
import { objectsIn, textIn, without } from "../wire.ts";
import { answeredCallId } from "../to-call.ts";
import { callShapeOf } from "./call-items.ts";
import { isPlace, placed } from "./dropped.ts";
import { isHosted, showHosted } from "./hosted-items.ts";
import { resultShapeOf } from "./result-items.ts";
import { offerTools } from "./tools.ts";

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
export async function readInput(input: readonly JsonObject[], owed: readonly JsonObject[], bench: Bench): Promise<InputItems> {
  const uses: IdUse[] = [];
  const definitions = new Map<string, object>();
  const items: JsonObject[] = [];
  const answered = new Set(input.map(nativeId));
  const own = owed.filter((item) => !answered.has(nativeId(item)) || nativeId(item) === undefined);
  for (const item of own) take(item, uses, items);
  for (const item of input) {
    const stands = await standsFor(item, bench);
    if (stands !== undefined) {
      for (const one of stands) take(one, uses, items);
      continue;
    }
    const shown = await showItem(item, { uses, definitions }, bench);
    take(shown, uses, items);
  }
  return { items, uses, definitions };
}

/** What an item stands for that we put in place of a call: the server gets its own call back, with an answer to it. */
async function standsFor(item: JsonObject, { session }: Bench): Promise<readonly JsonObject[] | undefined> {
  const id = textIn(item, "id");
  if (id === undefined || !isPlace(id)) return undefined;
  const stands = await placed(session, id);
  if (stands !== undefined) return stands;
  // the server knows no such item
  return textIn(item, "role") === undefined ? [] : [without(item, "id", "status")];
}

function take(item: JsonObject, uses: IdUse[], items: JsonObject[]): void {
  items.push(item);
  const id = nativeId(item);
  if (id === undefined) return;
  if (callShapeOf(item) !== undefined) uses.push({ id, kind: "proposed" });
  else if (resultShapeOf(item) !== undefined || item["type"] === "mcp_approval_response") uses.push({ id, kind: "answered" });
}

/** The id of the call that an item proposes or answers, as the provider calls it. */
function nativeId(item: JsonObject): string | undefined {
  const shape = callShapeOf(item);
  if (shape !== undefined) return shape.id(item);
  if (item["type"] === "mcp_approval_response") return textIn(item, "approval_request_id");
  if (resultShapeOf(item) === undefined) return undefined;
  return textIn(item, "call_id") ?? textIn(item, "id");
}

async function showItem(
  item: JsonObject,
  known: { readonly uses: readonly IdUse[]; readonly definitions: Map<string, object> },
  bench: Bench,
): Promise<JsonObject> {
  const type = typeOf(item);
  const result = resultShapeOf(item);
  if (type === "message") return showMessage(item, bench);
  if (result !== undefined) {
    const content = result.read(item);
    const shown = await resultShown(bench, answeredCallId(nativeId(item) ?? "", known.uses), content);
    return shown === content ? item : result.write(item, shown);
  }
  if (type === "mcp_approval_response") return showAnswer(item, known.uses, bench);
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
      await observeText(bench, role === "user" ? "user" : "system", wordsOf(item));
      return item;
    case "assistant":
      return item;
    default:
      throw denied("unknown_role", `the request has a message of a role that is not known: \`${role}\``);
  }
}

/** The words of a message: of its parts, those that are texts. */
function wordsOf(item: JsonObject): string {
  const { content } = item;
  if (typeof content === "string") return content;
  return objectsIn(item, "content")
    .flatMap((part) => textIn(part, "text") ?? [])
    .join("\n");
}

/** A yes to a call of a server's tool goes on only where that call is on record and may run; a no always does. */
async function showAnswer(item: JsonObject, uses: readonly IdUse[], bench: Bench): Promise<JsonObject> {
  await observeOutside(bench, textIn(item, "reason") ?? "");
  if (item["approve"] !== true) return item;
  const standing = await bench.session.standing(answeredCallId(nativeId(item) ?? "", uses));
  if (standing?.status === "allow") return item;
  const reason = standing === undefined ? "not run: no call was asked for under this id" : proposalText(standing);
  return { ...item, approve: false, reason };
}

/** The items of a request's input; a text is the user's. Throws a Refusal for what is none. */
export function inputItems(input: Json | undefined): readonly JsonObject[] {
  if (input === undefined || input === null) return [];
  if (typeof input === "string") return [{ role: "user", content: input }];
  if (!Array.isArray(input) || !input.every(isObject))
    throw denied("unreadable_request", "the request's input is neither a text nor a list of items");
  return input;
}
