import type { AgentMiddleware } from "langchain";
import { ensureConfig } from "@langchain/core/runnables";
import { ToolInputParsingException, type ClientTool, type ServerTool } from "@langchain/core/tools";
import { memberOf, SallyportError, type Gate } from "@sallyport/core";
import type { BatchOptions } from "./batch-hook.ts";
import { refusalMessage } from "./from-outcome.ts";
import { GuardedAgent } from "./guarded-agent.ts";
import { nameOf, runsHere } from "./mark.ts";
import { messagesOf, openCalls } from "./to-call.ts";

/** How an agent is guarded. */
export interface MiddlewareOptions<AROUND extends readonly AgentMiddleware[] = readonly AgentMiddleware[]> extends BatchOptions {
  /** your own middleware: it runs between ours, so that nothing of it can change a call after it was decided on */
  readonly around: AROUND;
}

/** Middleware of ours: no state and no context of its own. */
export type PolicyMiddleware = AgentMiddleware<undefined, undefined, unknown, readonly []>;

/**
 * Guards an agent: hides the tools that no call of the session may use, leaves in the model's messages only what rules on
 * output release, proposes the calls of a message in its order, pauses once for all of them that need a human, and runs every
 * tool through the gate, whether it is guarded or not.
 *
 * The whole of `middleware`: yours goes into `around`. A `wrapToolCall` of yours that changes a call makes it another call
 * than was decided on, and it is denied; change calls in `afterModel`.
 *
 * @example
 * const agent = createAgent({ model, tools, middleware: policyMiddleware(gate, { session }), checkpointer });
 */
export function policyMiddleware<const AROUND extends readonly AgentMiddleware[]>(
  gate: Gate,
  options: MiddlewareOptions<AROUND>,
): readonly [PolicyMiddleware, ...AROUND, PolicyMiddleware];
export function policyMiddleware(gate: Gate, options: BatchOptions): readonly [PolicyMiddleware, PolicyMiddleware];
export function policyMiddleware(gate: Gate, options: BatchOptions & Partial<MiddlewareOptions>): readonly AgentMiddleware[] {
  const agent = new GuardedAgent(gate, options);
  return neverNested([approving(agent), ...(options.around ?? []), enforcing(agent)]);
}

/** The list, so that `[policyMiddleware(…)]` throws: LangChain takes a list in its list for middleware without hooks, and all would run past the gate. */
function neverNested(list: readonly AgentMiddleware[]): readonly AgentMiddleware[] {
  const refuse = (): never => {
    throw new SallyportError(
      "invalid-input",
      "`policyMiddleware(…)` is the whole of `middleware`: not in a list, your own goes into `around`",
    );
  };
  return Object.defineProperty(list, "name", { get: refuse });
}

function isClientTool(tool: ClientTool | ServerTool): tool is ClientTool {
  return runsHere(tool);
}

/** First in the list, so last after the model: what it proposes is what the other middleware made of the message. */
function approving(agent: GuardedAgent): PolicyMiddleware {
  return {
    name: "sallyport.approve",
    afterModel: {
      canJumpTo: ["model"],
      hook: async (state) => {
        const refusals = await agent.settle(state, ensureConfig());
        if (refusals.length === 0) return undefined;
        const messages = [...refusals];
        // an agent whose calls all have their answers would end here, and the model would never read them
        const open = openCalls([...messagesOf(state), ...messages]);
        return open.length > 0 ? { messages } : { messages, jumpTo: "model" };
      },
    },
    // also where the last one was left out of the list, and for middleware between that runs the tool itself
    wrapToolCall: async (request, handler) => {
      const { tool } = request;
      const guarded = tool !== undefined && isClientTool(tool) ? agent.guarded(tool) : undefined;
      return handler(guarded === undefined ? request : { ...request, tool: guarded });
    },
  };
}

/** Last in the list, so next to the model and to the tools: nobody changes a request or a call behind it. */
function enforcing(agent: GuardedAgent): PolicyMiddleware {
  return {
    name: "sallyport.enforce",
    wrapModelCall: async (request, handler) => {
      agent.see(request.tools);
      const names = await agent.offer(request.tools.map(nameOf));
      const tools = request.tools.filter((tool) => names.has(nameOf(tool)));
      const { toolChoice, ...rest } = request;
      const model = agent.quiet(request.model);
      const isGone = tools.length === 0 || (typeof toolChoice === "object" && !names.has(toolChoice.function.name));
      const answer = await handler({ ...rest, model, tools, ...(toolChoice === undefined || isGone ? {} : { toolChoice }) });
      await agent.release(answer);
      return answer;
    },
    wrapToolCall: async (request, handler) => {
      const { tool, toolCall } = request;
      if (tool === undefined) {
        const reason = await agent.refusal(toolCall, messagesOf(request.state));
        // LangChain would look for a tool of that name itself, and run it past the gate
        return refusalMessage(toolCall, reason ?? `not run: there is no tool \`${toolCall.name}\` here; do not retry this call`);
      }
      if (nameOf(tool) !== toolCall.name)
        return refusalMessage(toolCall, `not run: \`${nameOf(tool)}\` stands in the place of \`${toolCall.name}\`; do not retry this call`);
      if (!isClientTool(tool)) return refusalMessage(toolCall, `not run: \`${toolCall.name}\` does not run here; do not retry this call`);
      const guarded = agent.guarded(tool);
      if (guarded === undefined)
        return refusalMessage(toolCall, `not run: \`${toolCall.name}\` is guarded with another gate; do not retry this call`);
      try {
        return await handler({ ...request, tool: guarded });
      } catch (error) {
        // the schema refused the args, and nothing ran: LangChain 1.3 ends the run at that where there is middleware
        const refused = memberOf(error, "toolError");
        if (!(refused instanceof ToolInputParsingException)) throw error;
        return refusalMessage(toolCall, refused.message);
      }
    },
  };
}
