import type { AgentOutputItem } from "@openai/agents";
import { memberOf, releaseAnswer, SallyportError, unshownText, type AnswerParts, type Said, type Session } from "@sallyport/core";
import type { Carried } from "./carrier.ts";

/** A part of an answer: an item of it, or one content of an item that has several. */
interface OutputPart {
  readonly item: AgentOutputItem;
  /** in which list of the item it stands */
  readonly list?: (typeof LISTS)[number];
  readonly content?: object;
}

/** The output of an answer with its texts as they may be shown; the very one where nothing was changed. */
export async function releaseOutput<Item extends AgentOutputItem>(
  output: Item[],
  session: Pick<Session, "respond" | "observe">,
  carried: Pick<Carried, "gate" | "onCoverage">,
): Promise<Item[]> {
  for (const item of output) await observeHosted(item, session, carried);
  const before = output.flatMap(partsOf);
  const shown = await releaseAnswer(session, before, PARTS);
  if (shown.length === before.length && shown.every((part, at) => part === before[at])) return output;
  const known = new Set(before);
  return output.flatMap((item) => {
    const parts = shown.filter((part) => part.item === item);
    const same = partsOf(item).length === parts.length && parts.every((part) => known.has(part));
    return same ? [item] : rebuilt(item, parts);
  });
}

/** Where a text cannot be looked at nothing of it is shown. What the app's own code throws stays here: the SDK hands errors on. */
export async function shown<T>({ onFault }: Pick<Carried, "onFault">, release: () => Promise<T>): Promise<T> {
  try {
    return await release();
  } catch (error) {
    throw new SallyportError("denied", unshownText(error, onFault));
  }
}

function partsOf(item: AgentOutputItem): readonly OutputPart[] {
  const lists = LISTS.flatMap((list): readonly OutputPart[] => {
    const contents = memberOf(item, list);
    return Array.isArray(contents) ? contents.map((content: object) => ({ item, list, content })) : [];
  });
  return lists.length === 0 ? [{ item }] : lists;
}

const LISTS = ["content", "rawContent"] as const;

const PARTS: AnswerParts<OutputPart> = { read: readPart, rewrite };

function readPart({ item, content }: OutputPart): Said {
  const words = textOf(content);
  if (content === undefined || words === undefined) return { kind: "other" };
  return { kind: item.type === "reasoning" ? "reasoning" : "text", text: words.text };
}

/** The words of a content, and where they stand in it. */
function textOf(content: object | undefined): { readonly key: string; readonly text: string } | undefined {
  for (const key of ["text", "refusal", "transcript"]) {
    const text = memberOf(content, key);
    if (typeof text === "string") return { key, text };
  }
  return undefined;
}

/** The part with other words: without the annotations, the signature and whatever else goes with the old ones. */
function rewrite({ item, list, content }: OutputPart, text: string): OutputPart {
  const key = textOf(content)?.key ?? "text";
  return { item, ...(list === undefined ? {} : { list }), content: { type: memberOf(content, "type"), [key]: text } };
}

/** The item with what is left of its contents, and nothing that goes with the old ones. */
function rebuilt<Item extends AgentOutputItem>(item: Item, parts: readonly OutputPart[]): readonly Item[] {
  const copy: Item = { ...item };
  Reflect.deleteProperty(copy, "providerData");
  for (const list of LISTS) {
    const contents = parts.flatMap((part) => (part.list === list && part.content !== undefined ? [part.content] : []));
    if (Array.isArray(memberOf(item, list))) Reflect.set(copy, list, contents);
  }
  return parts.length === 0 ? [] : [copy];
}

/** What the provider's own tools did has happened, and what they returned is text from outside. */
async function observeHosted(
  item: AgentOutputItem,
  session: Pick<Session, "observe">,
  { gate, onCoverage }: Pick<Carried, "gate" | "onCoverage">,
): Promise<void> {
  if (item.type === "hosted_tool_call") gate.report({ tool: item.name, gap: "provider-executed" }, onCoverage);
  const output = HOSTED.has(String(item.type)) ? memberOf(item, "output") : undefined;
  if (output !== undefined && output !== null)
    await session.observe({ role: "external", content: typeof output === "string" ? output : JSON.stringify(output) });
}

const HOSTED: ReadonlySet<string> = new Set(["hosted_tool_call", "shell_call_output", "program_output", "tool_search_output"]);
