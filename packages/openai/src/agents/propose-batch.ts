import type { AgentOutputItem, AssistantMessageItem, ModelRequest } from "@openai/agents";
import {
  callId,
  isSameJson,
  memberOf,
  proposalText,
  readJson,
  refusalText,
  type Call,
  type IdUse,
  type Proposal,
  type Session,
} from "@sallyport/core";
import type { Carried, Judging } from "./carrier.ts";
import { asObjectText } from "./malformed.ts";
import { stamp, type FunctionCall } from "./stamp.ts";
import { callKey, idUses, parseText, toCall } from "./to-call.ts";

/**
 * Proposes the calls of an answer, one after the other, and hands them on as the SDK is to see them: under an id that no earlier
 * call of the chat had, and where one waits for a human with the args that would run, and the approval's id.
 */
export async function proposeBatch<Item extends AgentOutputItem>(
  output: readonly Item[],
  request: ModelRequest,
  session: Session,
  carried: Judging,
): Promise<readonly (Item | AssistantMessageItem)[]> {
  const history = [...idUses(request.input)];
  const handoffs = new Set(request.handoffs.map(({ toolName }) => toolName));
  const proposed: (Item | AssistantMessageItem)[] = [];
  const first = new Map<string, FunctionCall>();
  for (const item of output) {
    if (item.type !== "function_call" || handoffs.has(item.name)) {
      proposed.push((await denialOf(item, session, carried)) ?? item);
      continue;
    }
    const call = named(item, history);
    const other = first.get(call.callId);
    first.set(call.callId, other ?? call);
    const seen = { ...item, ...(await proposeCall(call, request, session, carried)) };
    // the gate has denied a second call under an id, and the SDK would end the run over it
    if (other === undefined || isSameCall(other, call)) proposed.push(seen);
  }
  return proposed;
}

/** What stands in the place of a call that the SDK would run without any hook, where its tool is hidden from the model. */
async function denialOf(item: AgentOutputItem, session: Session, { hidden, onFault }: Judging): Promise<AssistantMessageItem | undefined> {
  if (item.type !== "computer_call" && item.type !== "shell_call" && item.type !== "apply_patch_call") return undefined;
  const tool = hidden.find(({ type }) => `${type}_call` === item.type);
  if (tool === undefined) return undefined;
  const args = memberOf(item, "action") ?? memberOf(item, "operation");
  const says = await session
    .propose({ id: item.callId, tool: tool.name, args })
    .then(proposalText, (error: unknown) => refusalText(error, onFault));
  return { type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text: says }] };
}

function isSameCall(one: FunctionCall, other: FunctionCall): boolean {
  return one.name === other.name && one.arguments === other.arguments;
}

/** Providers may start again at `call_0` in each answer, and the SDK takes an id that it knows for the call that it knows. */
function named(item: FunctionCall, history: readonly IdUse[]): FunctionCall {
  // the input has the earlier uses under the ids that they were given here
  let id = item.callId;
  for (let use = 1; callId(id, history) !== id; use++) id = `${item.callId}#${use}`;
  return { ...item, callId: id };
}

type Seen = Pick<FunctionCall, "callId" | "arguments" | "providerData">;

async function proposeCall(item: FunctionCall, request: ModelRequest, session: Session, carried: Carried): Promise<Partial<Seen>> {
  const { callId } = item;
  // the SDK would ask people about args that are none
  const written = carried.tools.has(callKey(item)) ? { arguments: asObjectText(item.arguments) } : {};
  try {
    const call = await callOf(item, request, carried);
    const proposal = call && (await session.propose(call));
    return { callId, ...written, ...(proposal?.status === "pending" ? asAsked(item, proposal, carried) : {}) };
  } catch (error) {
    // nothing is let through by that: every guarded tool asks the gate itself, and denies where that fails as well
    carried.onFault(error);
    return { callId, ...written };
  }
}

/** The call as its tool will make it; undefined where that refuses the args, or is refused itself. */
async function callOf(item: FunctionCall, request: ModelRequest, { tools }: Carried): Promise<Call | undefined> {
  const { name, callId: id, arguments: text } = item;
  const guard = tools.get(callKey(item));
  if (guard === undefined) {
    // found by a search that ran here: it asks the gate itself
    if (request.tools.some((tool) => tool.type === "function" && tool.name === name)) return undefined;
    // there is no such tool: on record all the same
    const reading = readJson(text);
    return toCall(id, name, reading.ok ? reading.value : text, { name });
  }
  if (guard.isLoose) return undefined;
  const parsed = parseText(guard.native, text);
  return parsed.ok ? toCall(id, name, parsed.args, await guard.definition()) : undefined;
}

/** What the SDK sees of a call that waits: the args that would run, unless its tool's own schema would make other ones of them. */
function asAsked(item: FunctionCall, { decision, approval }: Proposal, { tools }: Carried): Partial<Seen> {
  const seen = approval === undefined ? {} : stamp(item, approval.id);
  const guard = tools.get(callKey(item));
  if (guard === undefined || decision.args === null) return seen;
  const text = JSON.stringify(decision.args);
  const parsed = parseText(guard.native, text);
  return parsed.ok && isSameJson(parsed.args, decision.args) ? { ...seen, arguments: text } : seen;
}
