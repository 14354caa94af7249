import type { RunContext } from "@openai/agents";
import { guardedTwice, SallyportError } from "@sallyport/core";
import { agentAsTool } from "./agent-tool.ts";
import { carrierOf, type Carrier } from "./carrier.ts";
import { toolGaps } from "./coverage.ts";
import type { AgentGuarding, Guard } from "./guard.ts";
import { guardedHandoff, isHandoff } from "./guarded-handoff.ts";
import { guardedSearch } from "./guarded-search.ts";
import { guardedTool } from "./guarded-tool.ts";
import { define, gateOf, guardOf, isFunctionTool, listOf, markAgent, methodOf } from "./mark.ts";
import { carryHints } from "./native-yes.ts";
import { isModel, isProvider, modelBehind, PolicyModel, type ModelSource } from "./policy-model.ts";

/** Guards the agents that hang together: an agent, those that it hands off to, and so on. */
export class AgentGraph {
  readonly #guarding: AgentGuarding;
  readonly #modelProvider: ModelSource | undefined;
  readonly #guarded = new WeakMap<object, object>();
  readonly #reported = new Set<string>();

  constructor(guarding: AgentGuarding, modelProvider: ModelSource | undefined) {
    if (modelProvider !== undefined && !isProvider(modelProvider))
      throw new SallyportError("invalid-input", "`modelProvider` has no `getModel`; hand over what gives your models");
    this.#guarding = guarding;
    this.#modelProvider = modelProvider;
  }

  /** The guarded form of an agent; one that is guarded already stays as it is, with the session that it was given. */
  readonly guard = (agent: object): object => {
    const gate = gateOf(agent);
    if (gate !== undefined && gate !== this.#guarding.gate) throw guardedTwice(nameOf(agent));
    if (gate !== undefined) return agent;
    const before = this.#guarded.get(agent);
    if (before !== undefined) return before;
    const copy = agentIn(methodOf(agent, "clone")({ tools: [], handoffs: [] }));
    // known before its handoffs are looked at: they may lead back
    this.#guarded.set(agent, copy);
    this.#install(copy, agent);
    const emit = methodOf(copy, "emit");
    const tell = methodOf(agent, "emit");
    define(copy, {
      // whoever listens to the agent hears of it here as well
      emit: (...event: readonly unknown[]) => [emit(...event), tell(...event)].includes(true),
      hasExplicitToolConfig: methodOf(agent, "hasExplicitToolConfig"),
    });
    return copy;
  };

  /** Puts the gate into a copy, which is ours, with the tools, handoffs and model of the agent that it was made from. */
  #install(copy: object, from: object): void {
    markAgent(copy, this.#guarding.gate);
    const guardTool = this.#toolsOf(copy);
    Reflect.set(copy, "model", this.#model(Reflect.get(from, "model"), nameOf(copy)));
    Reflect.set(copy, "tools", listOf(from, "tools").map(guardTool));
    const handoffs = listOf(from, "handoffs");
    Reflect.set(
      copy,
      "handoffs",
      handoffs.map((entry) => this.#handoff(agentIn(entry))),
    );
    const [allTools, enabled, clone] = ["getAllTools", "getEnabledHandoffs", "clone"].map((name) => methodOf(copy, name));
    define(copy, {
      getAllTools: async (runContext: RunContext, ...rest: readonly unknown[]) => {
        carryHints(runContext);
        // also what was put into its lists since, and what its MCP servers tell of now
        const tools = listIn(await allTools?.(runContext, ...rest)).map(guardTool);
        return Reflect.get(copy, "model") instanceof PolicyModel ? [...tools, this.#carrier(tools, runContext, nameOf(copy))] : tools;
      },
      getEnabledHandoffs: async (...args: readonly unknown[]) =>
        listIn(await enabled?.(...args)).map((entry) => this.#handoff(agentIn(entry))),
      clone: (config: object) => {
        const other = agentIn(clone?.(config));
        this.#install(other, other);
        return other;
      },
      asTool: agentAsTool(copy),
    });
  }

  /** Guards the tools of an agent, each once; what cannot be guarded stays as it is, and is reported. */
  #toolsOf(agent: object): (tool: unknown) => unknown {
    const known = new WeakMap<object, object>();
    const guardTool = (tool: unknown): unknown => {
      if (typeof tool !== "object" || tool === null || guardOf(tool)?.agent === agent) return tool;
      const before = known.get(tool);
      if (before !== undefined) return before;
      if (Reflect.get(tool, "type") === "function" && !isFunctionTool(tool))
        throw new SallyportError(
          "invalid-input",
          "a function tool without `invoke` or `needsApproval` is none; hand over tools of @openai/agents",
        );
      this.#report(tool);
      const guarded = isFunctionTool(tool) ? guardedTool(tool, agent, this.#guarding) : guardedSearch(tool, guardTool);
      known.set(tool, guarded);
      return guarded;
    };
    return guardTool;
  }

  #handoff(entry: object): object {
    return isHandoff(entry) ? guardedHandoff(entry, this.guard) : this.guard(entry);
  }

  #model(model: unknown, agentName: string): unknown {
    if (model instanceof PolicyModel) return model;
    if (isModel(model)) return new PolicyModel(async () => model);
    const provider = this.#modelProvider;
    if (provider !== undefined && typeof model === "string") return new PolicyModel(modelBehind(provider, model));
    // the Runner resolves it, and asks it past us: what is enforced then is what runs
    const { gate, onCoverage } = this.#guarding;
    gate.report({ tool: `${agentName}.model`, gap: "ungoverned" }, onCoverage);
    return model;
  }

  #carrier(tools: readonly unknown[], runContext: RunContext, agentName: string): Carrier {
    const guards = tools.flatMap((tool): readonly Guard[] => (isFunctionTool(tool) ? [guardOf(tool) ?? []].flat() : []));
    return carrierOf({
      ...this.#guarding,
      session: async () => this.#guarding.open({ context: runContext.context, runContext, agentName }),
      tools: new Map(guards.map((guard) => [guard.name, guard])),
    });
  }

  /** Says once of each name what is to be said of it: MCP servers list their tools anew for each request. */
  #report(tool: object): void {
    const { gate, onCoverage, except } = this.#guarding;
    for (const gap of toolGaps(tool, gate)) {
      if (this.#reported.has(`${gap.tool} ${gap.gap}`) || (gap.gap === "ungoverned" && except.has(gap.tool))) continue;
      gate.report(gap, onCoverage);
      this.#reported.add(`${gap.tool} ${gap.gap}`);
    }
  }
}

function nameOf(agent: object): string {
  return String(Reflect.get(agent, "name"));
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function agentIn(value: unknown): object {
  if (typeof value === "object" && value !== null) return value;
  throw new SallyportError("invalid-input", "this is no agent; hand over agents of @openai/agents");
}
