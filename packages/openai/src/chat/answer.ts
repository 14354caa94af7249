import { holdsOutput, releaseAnswer, type AnswerParts, type Json, type JsonObject } from "@sallyport/core";
import type { Prepared } from "../api.ts";
import type { Bench } from "../bench.ts";
import type { Judgement, ProposedCall } from "../judge.ts";
import { unreadable } from "../refusal.ts";
import { objectIn, textIn, without } from "../wire.ts";
import { callsIn, proposedOf, settledCall, withoutCalls, withOwnIds, type NativeCall } from "./calls.ts";
import { ANSWER, CHOICE, choicesIn, judgeable, MESSAGE, TEXTS, textOf } from "./members.ts";

/** A text of a message: what its audio says is one too. */
interface Words {
  readonly member: string;
  readonly text: string;
}

/** Each of the texts is an output of its own. */
const PARTS: AnswerParts<Words> = {
  read: ({ member, text }) => ({ kind: member === "content" ? "text" : "reasoning", text }),
  rewrite: ({ member }, text) => ({ member, text }),
};

const TRANSCRIPT = "transcript";

/** The answer with the texts of its choices as they may be shown, and without what repeats the words of one that was changed. */
export async function releaseCompletion(answer: JsonObject, bench: Bench): Promise<JsonObject> {
  const output = holdsOutput(bench.gate) ? "held" : "open";
  const released: { readonly choice: JsonObject; readonly message: JsonObject }[] = [];
  for (const choice of choicesIn(answer)) {
    const known = judgeable(choice, CHOICE, output);
    const message = judgeable(messageIn(choice), MESSAGE, output);
    // calls that nobody can judge are found before anything is recorded as said
    callsInChoice(choice);
    const shown = await releaseMessage(message, bench, output);
    released.push({ choice: shown === message ? known : { ...known, logprobs: null }, message: shown });
  }
  const messages = withOwnIds(released.map(({ message }) => message));
  const choices = released.map(({ choice, message }, at) => ({ ...choice, message: messages[at] ?? message }));
  return { ...judgeable(answer, ANSWER, output), choices };
}

/** The message of a choice. Throws a Refusal where it has none. */
function messageIn(choice: JsonObject): JsonObject {
  const message = objectIn(choice, "message");
  if (message === undefined) throw unreadable("a choice of the answer has no message");
  return message;
}

/** The message itself where no text of it was changed. */
async function releaseMessage(message: JsonObject, { session }: Bench, output: "open" | "held"): Promise<JsonObject> {
  const audio = objectIn(message, "audio");
  const said = wordsIn(message, audio);
  const shown = new Map((await releaseAnswer(session, said, PARTS)).map(({ member, text }) => [member, text]));
  const changed = said.some(({ member, text }) => shown.get(member) !== text);
  const isHeard = audio === undefined || !isUnheard(audio, shown.get(TRANSCRIPT), output);
  if (!changed && isHeard) return message;
  const texts = said.flatMap(({ member }) => (member === TRANSCRIPT ? [] : [[member, shown.get(member) ?? ""]]));
  return { ...without(message, "annotations"), ...(isHeard ? {} : { audio: null }), ...Object.fromEntries(texts) };
}

function wordsIn(message: JsonObject, audio: JsonObject | undefined): readonly Words[] {
  const words = TEXTS.map((member): Words => ({ member, text: textOf(message, member) ?? "" }));
  const spoken = audio === undefined ? "" : (textOf(audio, TRANSCRIPT) ?? "");
  return [...words, { member: TRANSCRIPT, text: spoken }].filter(({ text }) => text !== "");
}

/** Whether nobody may hear a sound: its words were changed, or a rule would have to know them and there are none. */
function isUnheard(audio: JsonObject, shown: string | undefined, output: "open" | "held"): boolean {
  const transcript = textOf(audio, TRANSCRIPT) ?? "";
  return transcript === "" ? output === "held" : transcript !== shown;
}

/** The calls of all choices. */
export function callsOf(answer: JsonObject): readonly ProposedCall[] {
  return choicesIn(answer).flatMap((choice) => callsInChoice(choice).map(proposedOf));
}

// how an answer ends whose calls are whole
const WHOLE: ReadonlySet<Json> = new Set(["stop", "tool_calls", "function_call"]);

/** The calls of a choice. Throws a Refusal where it was cut off: nobody knows whether the last of them is whole. */
function callsInChoice(choice: JsonObject): readonly NativeCall[] {
  const calls = callsIn(messageIn(choice));
  const reason = choice["finish_reason"] ?? null;
  if (calls.length > 0 && reason !== null && !WHOLE.has(reason))
    throw unreadable(
      `the answer was cut off (\`${typeof reason === "string" ? reason : JSON.stringify(reason)}\`), and its calls may not be whole; none of them may run`,
    );
  return calls;
}

/** The answer with what takes the place of its calls. */
export function settleCompletion(answer: JsonObject, judgements: readonly Judgement[], _: Bench, { body }: Prepared): JsonObject {
  const rest = [...judgements];
  const choices = choicesIn(answer).map((choice) => {
    const calls = callsInChoice(choice);
    return calls.length === 0 ? choice : settleChoice(choice, calls, rest.splice(0, calls.length), wordsMember(body));
  });
  return { ...answer, choices };
}

/** Where a text goes that is ours: what is to be parsed as JSON has `refusal` for it. */
function wordsMember(body: JsonObject): "content" | "refusal" {
  const type = textIn(objectIn(body, "response_format") ?? {}, "type");
  return type === "json_schema" || type === "json_object" ? "refusal" : "content";
}

function settleChoice(
  choice: JsonObject,
  calls: readonly NativeCall[],
  judgements: readonly Judgement[],
  member: "content" | "refusal",
): JsonObject {
  const message = messageIn(choice);
  const kept: JsonObject[] = [];
  const texts: string[] = [];
  let legacy: JsonObject | undefined;
  calls.forEach((call, at) => {
    const judgement: Judgement = judgements[at] ?? { kind: "text", text: `not run: nobody judged \`${call.name}\`` };
    const settled = settledCall(call, judgement);
    if ("text" in settled) texts.push(settled.text);
    else if (call.kind === "legacy") legacy = settled.native;
    else kept.push(settled.native);
  });
  const said = [textOf(message, member) ?? "", ...texts].filter((text) => text !== "").join("\n\n");
  const settled = {
    ...withoutCalls(message),
    ...(texts.length === 0 ? {} : { [member]: said }),
    ...(kept.length === 0 ? {} : { tool_calls: kept }),
    ...(legacy === undefined ? {} : { function_call: legacy }),
  };
  const isOver = kept.length === 0 && legacy === undefined;
  return { ...choice, message: settled, ...(isOver ? { finish_reason: "stop" } : {}) };
}
