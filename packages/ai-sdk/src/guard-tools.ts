import type { ModelMessage, ToolApprovalStatus, ToolSet } from "ai";
import {
  logFault,
  refusalText,
  SallyportError,
  sessionOpener,
  type Gate,
  type OnCoverage,
  type OnFault,
  type Session,
  type SessionSource,
} from "@sallyport/core";
import { coverage } from "./coverage.ts";
import { denied, fromProposal } from "./from-outcome.ts";
import { guardedExecute, type Entered } from "./guarded-execute.ts";
import { isMarked, marked, type AnyTool } from "./mark.ts";
import { checkArgs, isResumed, toCall, toDefinition, type NativeCall } from "./to-call.ts";

/** What the SDK hands both to a tool and to `toolApproval`. */
export interface Handed {
  readonly toolName: string;
  readonly toolCallId: string;
  readonly messages: ModelMessage[];
  /** the tool's entry in `toolsContext`, before its schema has parsed it where `toolApproval` asks */
  readonly context: unknown;
}

/** How tools are guarded. */
export interface GuardOptions {
  /** the session that the calls belong to; a function where one record of tools serves many chats */
  readonly session: SessionSource<Handed>;
  readonly onCoverage?: OnCoverage;
  readonly onFault?: OnFault;
}

/** The function that the SDK asks before it runs a tool; it pauses, denies or lets run, and never throws. */
export type ToolApproval = (asked: Asked) => Promise<ToolApprovalStatus>;

/** What the SDK tells of a call that it asks about. */
export interface Asked {
  readonly toolCall: Omit<NativeCall, "messages"> & { readonly providerExecuted?: boolean | undefined };
  /** all that the model was given: the app may have put others beside the guarded ones */
  readonly tools?: ToolSet | undefined;
  readonly toolsContext: object;
  readonly messages: ModelMessage[];
}

/** Guarded tools, to be spread into `generateText`, `streamText` or `new ToolLoopAgent`. */
export interface GuardedTools<TOOLS extends ToolSet> {
  readonly tools: TOOLS;
  readonly toolApproval: ToolApproval;
}

/**
 * Guards tools: nothing of theirs runs that the policy does not allow or a human did not approve, and nothing twice.
 * The wrapped `execute` enforces, also where `toolApproval` is left out; that one adds the SDK's own pause and denial.
 * Every tool keeps its types and properties; one whose `execute` is no `async function*` gives no previews.
 * Tools that cannot be enforced are reported; under `strict` a SallyportError `not-enforceable` is thrown. Hooks such as
 * `onInputAvailable` are the SDK's to call, before anything is decided: keep effects out of them.
 *
 * @example
 * const guarded = guardTools(gate, { sendEmail }, { session: { id: chatId, principal: user, agent: { id: "desk" } } });
 * const result = await generateText({ model, messages, ...guarded });
 */
export function guardTools<TOOLS extends ToolSet>(gate: Gate, tools: TOOLS, options: GuardOptions): GuardedTools<TOOLS> {
  const open = sessionOpener(gate, options);
  for (const gap of coverage(tools, gate)) gate.report(gap, options.onCoverage);
  const guard = { enter: entrance(tools, open), onFault: options.onFault ?? logFault };
  return { tools: guardAll(tools, guard), toolApproval: approver(gate, tools, guard) };
}

/** How a call gets to the gate, and who hears where it does not. */
interface Guard {
  readonly enter: Enter;
  readonly onFault: OnFault;
}

type Enter = (native: NativeCall & Handed, unguarded?: AnyTool) => Promise<Entered>;

function entrance(tools: ToolSet, open: (handed: Handed) => Promise<Session>): Enter {
  const definitions = new Map<string, Promise<object>>();
  const definitionOf = (name: string, unguarded: AnyTool | undefined): Promise<object> => {
    const tool = ownTool(tools, name);
    // one that is not ours may be another one in the next request
    if (tool === undefined) return toDefinition(name, unguarded ?? {});
    const definition = definitions.get(name) ?? toDefinition(name, tool);
    definitions.set(name, definition);
    return definition;
  };
  return async (native, unguarded) => ({
    session: await open(native),
    call: toCall(native, await definitionOf(native.toolName, unguarded)),
    check: (args) => checkArgs(native, ownTool(tools, native.toolName) ?? {}, args),
  });
}

function ownTool(tools: ToolSet, name: string): AnyTool | undefined {
  return Object.hasOwn(tools, name) ? tools[name] : undefined;
}

function guardAll<TOOLS extends ToolSet>(tools: TOOLS, guard: Guard): TOOLS {
  const guarded: TOOLS = { ...tools };
  for (const name in tools) {
    const tool = tools[name];
    if (tool !== undefined && Object.hasOwn(tools, name)) guarded[name] = guardTool(name, tool, guard);
  }
  return guarded;
}

function guardTool<T extends AnyTool>(toolName: string, tool: T, { enter, onFault }: Guard): T {
  if (tool.execute === undefined) return tool;
  if (isMarked(tool)) throw new SallyportError("invalid-input", `\`${toolName}\` is guarded already; guard each tool once`);
  const admit = async (native: NativeCall & Handed): Promise<Entered> => {
    const entered = await enter(native);
    // the SDK asks toolApproval about a resumed call, unless it was left out
    if (isResumed(native.toolCallId, native.messages)) throwDenied(await standing(native, tool, entered));
    return entered;
  };
  const execute = guardedExecute(tool.execute.bind(tool), async (input, { toolCallId, messages, context }) => {
    try {
      return await admit({ toolName, toolCallId, messages, context, input });
    } catch (error) {
      throw new SallyportError("denied", refusalText(error, onFault), { cause: error });
    }
  });
  return { ...tool, ...marked(tool), execute };
}

function throwDenied(status: ToolApprovalStatus): void {
  if (typeof status === "object" && status.type === "denied") throw new SallyportError("denied", status.reason ?? "denied by policy");
}

function approver(gate: Gate, tools: ToolSet, { enter, onFault }: Guard): ToolApproval {
  return async ({ toolCall, tools: given = {}, toolsContext, messages }) => {
    try {
      const { toolCallId, toolName, input } = toolCall;
      const tool = ownTool(tools, toolName);
      // it ran at the provider before anyone was asked: reported at start-up, and a denial now would answer it twice
      if (toolCall.providerExecuted === true) return undefined;
      if (tool === undefined && gate.strict) return denied(`not run: \`${toolName}\` is not guarded`);
      const context: unknown = Object.hasOwn(toolsContext, toolName) ? Reflect.get(toolsContext, toolName) : undefined;
      const native = { toolName, toolCallId, messages, context, input };
      return await standing(native, tool, await enter(native, ownTool(given, toolName)));
    } catch (error) {
      return denied(refusalText(error, onFault));
    }
  };
}

async function standing(native: NativeCall & Handed, tool: AnyTool | undefined, { session, call }: Entered): Promise<ToolApprovalStatus> {
  const proposal = await session.propose(call);
  // the SDK asks only us: what the tool itself wants to ask is kept, and its answer is the app's affair
  const asks = proposal.status === "allow" && (await asksItself(tool, native));
  if (!isResumed(native.toolCallId, native.messages)) return asks ? "user-approval" : fromProposal(proposal);
  // what is denied anyway is no attempt of its own
  if (proposal.status === "deny") return fromProposal(proposal);
  return asks ? undefined : fromProposal(await session.propose(call, { resumed: true }));
}

async function asksItself(tool: AnyTool | undefined, { input, ...options }: NativeCall & Handed): Promise<boolean> {
  const { needsApproval } = tool ?? {};
  return typeof needsApproval === "function" ? await needsApproval(input, options) : needsApproval === true;
}
