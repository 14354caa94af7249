import type { BaseMessage } from "@langchain/core/messages";
import type { Gate } from "@sallyport/core";
import { batchHook, type BatchOptions } from "./batch-hook.ts";
import { listedTools, rememberedTools } from "./known-tools.ts";

/** How a node for approvals works. */
export interface ApprovalNodeOptions extends BatchOptions {
  /**
   * the tools of the node behind it, whose schemas say what the args are; left out: those guarded with this gate, where a call
   * of a name that several different ones have is left to the tool itself
   */
  readonly tools?: readonly object[];
}

/** What the node writes into the state: messages for the calls that do not run this time. */
export interface ApprovalUpdate {
  readonly messages: BaseMessage[];
}

/**
 * The node before a `ToolNode` of guarded tools, in a graph of your own: proposes all calls of the model's last message, and
 * pauses once for those that need a human. Without it each tool pauses by itself, one after the other. It enforces nothing.
 *
 * @example
 * new StateGraph(MessagesAnnotation)
 *   .addNode("approval", approvalNode(gate, { session }))
 *   .addNode("tools", new ToolNode(tools))
 *   .addEdge("approval", "tools");
 */
export function approvalNode(gate: Gate, options: ApprovalNodeOptions): (state: unknown, config: object) => Promise<ApprovalUpdate> {
  const settle = batchHook(gate, options, options.tools === undefined ? rememberedTools(gate) : listedTools(options.tools));
  return async (state, config) => ({ messages: [...(await settle(state, config))] });
}
