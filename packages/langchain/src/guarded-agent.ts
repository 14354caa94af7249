import type { ClientTool } from "@langchain/core/tools";
import type { AgentMiddleware } from "langchain";
import { guardingOf, holdsOutput, proposalText, refusalText, SallyportError, unshownText, type Gate, type Guarding } from "@sallyport/core";
import { batchHook, type BatchOptions, type SettleState } from "./batch-hook.ts";
import { coverageOf } from "./coverage.ts";
import { guardedTool } from "./guarded-tool.ts";
import { handedOf, type Handed } from "./handed.ts";
import { found } from "./known-tools.ts";
import { isMarked, nameOf, type AnyTool } from "./mark.ts";
import { release } from "./release.ts";
import { toCall, toDefinition, type NativeCall } from "./to-call.ts";

type AnyModel = Parameters<NonNullable<AgentMiddleware["wrapModelCall"]>>[0]["model"];

/** What the hooks of one agent share. */
export class GuardedAgent {
  readonly settle: SettleState;
  readonly #gate: Gate;
  readonly #guarding: Guarding<Handed>;
  readonly #options: BatchOptions;
  /** the tools as the agent has them; hooks after the model do not see them */
  readonly #seen = new Map<string, object>();
  readonly #guarded = new WeakMap<ClientTool, ClientTool>();

  constructor(gate: Gate, options: BatchOptions) {
    this.#gate = gate;
    this.#guarding = guardingOf(gate, options);
    this.#options = options;
    const find = (name: string): AnyTool | undefined => found(this.#seen, name) ?? found(gate.tools, name);
    this.settle = batchHook(gate, options, { find, isNone: () => this.#seen.size > 0 });
  }

  /** Takes note of the agent's tools, and says once what is to be said of each. */
  see(tools: readonly object[]): void {
    const fresh = tools.filter((tool) => this.#seen.get(nameOf(tool)) !== tool);
    for (const gap of coverageOf(fresh, this.#gate)) this.#gate.report(gap, this.#options.onCoverage);
    for (const tool of fresh) this.#seen.set(nameOf(tool), tool);
  }

  /** The tool with the gate before it; undefined where it stands behind another gate, which may allow what this one denies. */
  guarded(tool: ClientTool): ClientTool | undefined {
    if (isMarked(tool)) return isMarked(tool, this.#gate) ? tool : undefined;
    const before = this.#guarded.get(tool);
    if (before !== undefined) return before;
    const child = guardedTool(tool, this.#gate, this.#guarding);
    this.#guarded.set(tool, child);
    return child;
  }

  /** The names that the session may use; none where that cannot be found out. */
  async offer(names: readonly string[]): Promise<ReadonlySet<string>> {
    try {
      const session = await this.#guarding.open(handedOf());
      return new Set(await session.offer(names));
    } catch (error) {
      this.#guarding.onFault(error);
      return new Set();
    }
  }

  /** The model, told not to stream where its texts may have to be held back: LangGraph streams tokens before any middleware sees them. */
  quiet(model: AnyModel): AnyModel {
    if (!holdsOutput(this.#gate) || !("withConfig" in model) || typeof model.withConfig !== "function") return model;
    const quiet: AnyModel = Reflect.apply(model.withConfig, model, [{ tags: ["nostream"] }]);
    return quiet;
  }

  /** Leaves in a model's answer what may be shown of it. What the app's own code throws ends the run, and LangChain stores errors. */
  async release(answer: unknown): Promise<void> {
    try {
      await release(answer, { respond: async (text) => (await this.#guarding.open(handedOf())).respond(text) });
    } catch (error) {
      throw new SallyportError("denied", unshownText(error, this.#guarding.onFault));
    }
  }

  /** Why a call may not run whose tool there is not; undefined: the policy has nothing against it. */
  async refusal(native: NativeCall, history: readonly unknown[]): Promise<string | undefined> {
    try {
      const session = await this.#guarding.open(handedOf());
      const proposal = await session.propose(toCall(native, history, await toDefinition(native)));
      return proposal.status === "allow" ? undefined : proposalText(proposal);
    } catch (error) {
      return refusalText(error, this.#guarding.onFault);
    }
  }
}
