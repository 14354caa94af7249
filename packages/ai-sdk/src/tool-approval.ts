import type { ModelMessage, ToolApprovalStatus, ToolSet } from "ai";
import { refusalText, unguardedText } from "@sallyport/core";
import { ownTool, type Entrance } from "./entrance.ts";
import { denied, fromProposal } from "./from-outcome.ts";
import type { Entered } from "./guarded-call.ts";
import type { Handed } from "./handed.ts";
import type { AnyTool } from "./mark.ts";
import { isResumed, type NativeCall } from "./to-call.ts";

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

/** Makes the function for a record of tools; `strict` denies tools that are not in it. */
export function toolApprovalOf(tools: ToolSet, { enter, onFault }: Entrance, { strict }: { readonly strict: boolean }): ToolApproval {
  return async ({ toolCall, tools: given = {}, toolsContext, messages }) => {
    try {
      const { toolCallId, toolName, input } = toolCall;
      const tool = ownTool(tools, toolName);
      // it ran at the provider before anyone was asked: reported at start-up, and a denial now would answer it twice
      if (toolCall.providerExecuted === true) return undefined;
      if (tool === undefined && strict) return denied(unguardedText(toolName));
      const context: unknown = Object.hasOwn(toolsContext, toolName) ? Reflect.get(toolsContext, toolName) : undefined;
      const native = { toolName, toolCallId, messages, context, input };
      return await statusOf(native, tool, await enter(native, ownTool(given, toolName)));
    } catch (error) {
      return denied(refusalText(error, onFault));
    }
  };
}

/** Where a call stands, for the SDK: proposed for the first time, or because somebody answered. */
export async function statusOf(
  native: NativeCall & Handed,
  tool: AnyTool | undefined,
  { session, call }: Entered,
): Promise<ToolApprovalStatus> {
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
