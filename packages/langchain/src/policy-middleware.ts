import type { AgentMiddleware } from "langchain";
import { ensureConfig } from "@langchain/core/runnables";
import type { ClientTool, ServerTool } from "@langchain/core/tools";
import { proposalText, refusalText, type Gate } from "@sallyport/core";
import { batchHook, type BatchOptions, type SettleState } from "./batch-hook.ts";
import { coverageOf } from "./coverage.ts";
import { refusalMessage } from "./from-outcome.ts";
import { guardOf } from "./guard-tools.ts";
import type { Guard } from "./guarded-call.ts";
import { guarded } from "./guarded-tool.ts";
import { handedOf } from "./handed.ts";
import { found, isMarked, nameOf, runsHere, type AnyTool } from "./mark.ts";
import { messagesOf, openCalls, toCall, toDefinition, type NativeCall } from "./to-call.ts";

/** How an agent is guarded. */
export interface MiddlewareOptions<AROUND extends readonly AgentMiddleware[] = readonly AgentMiddleware[]> extends BatchOptions {
  /** your own middleware: it runs between ours, so that nothing of it can change a call after it was decided on */
  readonly around: AROUND;
}

/** Middleware of ours: no state and no context of its own. */
export type PolicyMiddleware = AgentMiddleware<undefined, undefined, unknown, readonly []>;

/**
 * Guards an agent: hides the tools that no call of the session may use, proposes the calls of a message in its order, pauses
 * once for all of them that need a human, and runs every tool through the gate, whether it is guarded or not.
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
  return [approving(agent), ...(options.around ?? []), enforcing(agent)];
}

/** What the hooks of one agent share. */
class GuardedAgent {
  readonly gate: Gate;
  readonly guard: Guard;
  readonly settle: SettleState;
  readonly #options: BatchOptions;
  /** the tools as the agent has them; hooks after the model do not see them */
  readonly #seen = new Map<string, object>();
  readonly #guarded = new WeakMap<ClientTool, ClientTool>();

  constructor(gate: Gate, options: BatchOptions) {
    this.gate = gate;
    this.guard = guardOf(gate, options);
    this.#options = options;
    const find = (name: string): AnyTool | undefined => found(this.#seen, name) ?? found(gate.tools, name);
    this.settle = batchHook(gate, options, { find, complete: () => this.#seen.size > 0 });
  }

  /** Takes note of the agent's tools, and says once what is to be said of each. */
  see(tools: readonly object[]): void {
    const fresh = tools.filter((tool) => this.#seen.get(nameOf(tool)) !== tool);
    for (const gap of coverageOf(fresh, this.gate)) this.gate.report(gap, this.#options.onCoverage);
    for (const tool of fresh) this.#seen.set(nameOf(tool), tool);
  }

  /** The tool with the gate before it. */
  guarded(tool: ClientTool): ClientTool {
    if (isMarked(tool)) return tool;
    const before = this.#guarded.get(tool);
    if (before !== undefined) return before;
    const child = guarded(tool, this.guard);
    this.#guarded.set(tool, child);
    return child;
  }

  /** The names that the session may use; none where that cannot be found out. */
  async offer(names: readonly string[]): Promise<ReadonlySet<string>> {
    try {
      const session = await this.guard.open(handedOf());
      return new Set(await session.offer(names));
    } catch (error) {
      this.guard.onFault(error);
      return new Set();
    }
  }

  /** Why a call may not run whose tool there is not; undefined: the policy has nothing against it. */
  async refusal(native: NativeCall, history: readonly unknown[]): Promise<string | undefined> {
    try {
      const session = await this.guard.open(handedOf());
      const proposal = await session.propose(toCall(native, history, await toDefinition(native)));
      return proposal.status === "allow" ? undefined : proposalText(proposal);
    } catch (error) {
      return refusalText(error, this.guard.onFault);
    }
  }
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
      const isGone = tools.length === 0 || (typeof toolChoice === "object" && !names.has(toolChoice.function.name));
      return handler({ ...rest, tools, ...(toolChoice === undefined || isGone ? {} : { toolChoice }) });
    },
    wrapToolCall: async (request, handler) => {
      const { tool, toolCall } = request;
      if (tool === undefined) {
        const reason = await agent.refusal(toolCall, messagesOf(request.state));
        return reason === undefined ? handler(request) : refusalMessage(toolCall, reason);
      }
      if (nameOf(tool) !== toolCall.name)
        return refusalMessage(toolCall, `not run: \`${nameOf(tool)}\` stands in the place of \`${toolCall.name}\`; do not retry this call`);
      if (!isClientTool(tool)) return refusalMessage(toolCall, `not run: \`${toolCall.name}\` does not run here; do not retry this call`);
      return handler({ ...request, tool: agent.guarded(tool) });
    },
  };
}
