import { callId, isObject, isSameJson, unfitText, type JsonObject } from "@sallyport/core";
import type { Prepared } from "../api.ts";
import type { Bench } from "../bench.ts";
import type { Judgement, ProposedCall } from "../judge.ts";
import { unreadable, type Refusal } from "../refusal.ts";
import { objectIn, objectsIn, textIn, without } from "../wire.ts";
import { callShapeOf, proposedCall } from "./call-items.ts";
import { keepDropped, placeId, type Dropped } from "./dropped.ts";
import { isHosted, releaseHosted } from "./hosted-items.ts";
import { keepRequest } from "./mcp-requests.ts";
import { isTextItem, releaseTexts } from "./texts.ts";
import { definitionsIn } from "./tools.ts";

const CUT_OFF = "not run: the answer was cut off before this call was complete";

/**
 * A whole answer with its texts as they may be shown. One that is still being made (in background mode) is shown without any
 * output: its words may go on, and its calls are not there yet.
 */
export async function releaseResponse(answer: JsonObject, bench: Bench): Promise<JsonObject> {
  const status = textIn(answer, "status");
  const rest = without(answer, "output_text");
  if (status === "queued" || status === "in_progress") return { ...rest, output: [] };
  const { items, dropped } = await releaseItems(itemsOf(answer), { answer, at: 0, whole: isWhole(answer) }, bench);
  return keepWithoutCalls({ ...rest, output: items }, dropped, bench);
}

/** Whether nothing is missing of an answer: only then do its calls go out. */
export function isWhole(answer: JsonObject): boolean {
  const status = textIn(answer, "status");
  return status === undefined || status === "completed";
}

/** The items of an answer. Throws a Refusal for what is none. */
export function itemsOf({ output }: JsonObject): readonly JsonObject[] {
  if (output === undefined || output === null) return [];
  if (!Array.isArray(output) || !output.every(isObject)) throw unreadable("the answer's output is no list of items");
  return output;
}

/** Where items stand that are released. */
interface Standing {
  readonly answer: JsonObject;
  /** the index of the first of them in the answer */
  readonly at: number;
  readonly whole: boolean;
}

/** Items as they may be shown, in order; the calls among them are still to be judged. Throws a Refusal for an unknown one. */
export async function releaseItems(
  items: readonly JsonObject[],
  { answer, at, whole }: Standing,
  bench: Bench,
): Promise<{ readonly items: readonly JsonObject[]; readonly dropped: readonly Dropped[] }> {
  const shown: JsonObject[] = [];
  const dropped: Dropped[] = [];
  let texts: JsonObject[] = [];
  const close = async (): Promise<void> => void shown.push(...(await releaseTexts(texts.splice(0), bench)));
  for (const item of items) {
    if (isTextItem(item)) {
      texts.push(item);
      continue;
    }
    await close();
    const shape = callShapeOf(item);
    if (shape === undefined) shown.push(await releaseOther(item, bench));
    else if (whole && isComplete(item)) shown.push(item);
    else {
      const message = denialItem(answer, at + shown.length, CUT_OFF);
      // the server remembers a call that was cut off only where it is complete itself
      if (isComplete(item)) dropped.push({ message: textIn(message, "id") ?? "", call: item, answers: shape.answer(item, CUT_OFF) });
      shown.push(message);
    }
  }
  await close();
  return { items: shown, dropped };
}

/** Remembers an answer whose calls are all settled, since it has none. */
export async function keepWithoutCalls(answer: JsonObject, dropped: readonly Dropped[], bench: Bench): Promise<JsonObject> {
  if (callsIn(answer).length === 0) await keepDropped(bench.session, answer, dropped);
  return answer;
}

/** An item that is neither text nor call. Throws a Refusal for one of an unknown type: it may be anything. */
export async function releaseOther(item: JsonObject, bench: Bench): Promise<JsonObject> {
  if (isHosted(item)) return releaseHosted(item, bench);
  throw unknownItem(item);
}

/** An item of a type that nobody knows may be anything, also a call. */
export function unknownItem(item: JsonObject): Refusal {
  return unreadable(`the answer has an item of a type that is not known: \`${textIn(item, "type") ?? ""}\``);
}

function isComplete(item: JsonObject): boolean {
  const status = textIn(item, "status");
  return status === undefined || status === "completed";
}

/** The calls that an answer proposes, with the definitions of the tools that it names itself. */
export function callsIn(answer: JsonObject): readonly ProposedCall[] {
  const definitions = definitionsIn(objectsIn(answer, "tools"));
  return objectsIn(answer, "output").flatMap((item) => proposedCall(item, definitions) ?? []);
}

/** The answer with what takes the place of its calls; what is dropped is remembered for whoever goes on from it. */
export async function settleResponse(
  answer: JsonObject,
  judgements: readonly Judgement[],
  bench: Bench,
  { uses }: Prepared,
): Promise<JsonObject> {
  const dropped: Dropped[] = [];
  const left = judgements.values();
  const output = objectsIn(answer, "output").map((item, index): JsonObject => {
    const shape = callShapeOf(item);
    if (shape === undefined) return item;
    const judgement = left.next().value ?? { kind: "text", text: CUT_OFF };
    const settled = judgement.kind === "call" ? asDecided(item, judgement.args) : judgement.text;
    if (typeof settled !== "string") return settled;
    const message = denialItem(answer, index, settled);
    dropped.push({ message: placeId(answer, index), call: item, answers: shape.answer(item, settled) });
    return message;
  });
  await keepDropped(bench.session, answer, dropped);
  for (const item of output) await keepRequest(bench.session, callId(textIn(item, "id") ?? "", uses), item);
  return { ...answer, output };
}

/** The item with the args that were decided on; a text where it has no room for them. */
function asDecided(item: JsonObject, args: JsonObject | undefined): JsonObject | string {
  const shape = callShapeOf(item);
  if (shape === undefined || args === undefined || isSameJson(args, shape.args(item))) return item;
  return shape.write(item, args) ?? unfitText(shape.tool(item));
}

/** The message in place of a call. Where the app asked for JSON it is a comment, which the client does not parse. */
function denialItem(answer: JsonObject, index: number, text: string): JsonObject {
  const format = textIn(objectIn(objectIn(answer, "text") ?? {}, "format") ?? {}, "type") ?? "text";
  return {
    id: placeId(answer, index),
    type: "message",
    role: "assistant",
    status: "completed",
    ...(format === "text" ? {} : { phase: "commentary" }),
    content: [{ type: "output_text", text, annotations: [] }],
  };
}
