import type { RunContext } from "@openai/agents";
import { guardedTwice, SallyportError, type CoverageGap } from "@sallyport/core";
import { agentAsTool } from "./agent-tool.ts";
import { carrierOf, type Carrier } from "./carrier.ts";
import { handoffGap, stopGap, toolGaps } from "./coverage.ts";
import type { AgentGuarding, Guard } from "./guard.ts";
import { guardedHandoff, isHandoff } from "./guarded-handoff.ts";
import { guardedSearch } from "./guarded-search.ts";
import { guardedTool } from "./guarded-tool.ts";
import { mcpTools } from "./mcp-tools.ts";
import { gateOf, guardOf, markAgent } from "./mark.ts";
import { agentIn, define, isFunctionTool, listOf, methodOf } from "./native-agent.ts";
import { carryHints } from "./native-yes.ts";
import { toolKey } from "./to-call.ts";
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
    const copy = likeOf(agentIn(methodOf(agent, "clone")({ tools: [], handoffs: [] })), agent);
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
    const name = nameOf(copy);
    const guardTool = this.#toolsOf(copy);
    const [allTools, enabled, clone] = ["getAllTools", "getEnabledHandoffs", "clone"].map((method) => methodOf(copy, method));
    let model = this.#model(Reflect.get(from, "model"), name);
    const setModel = (next: unknown): void => void (model = this.#model(next, name));
    Object.defineProperty(copy, "model", { get: () => model, set: setModel, enumerable: true, configurable: true });
    const stops = stopGap(copy, this.#guarding.gate);
    if (stops !== undefined) this.#reportOnce(stops);
    guardedList(copy, "tools", listOf(from, "tools"), guardTool);
    guardedList(copy, "handoffs", listOf(from, "handoffs"), (entry) => this.#handoff(agentIn(entry)));
    define(copy, {
      getMcpTools: mcpTools(copy),
      getAllTools: async (runContext: RunContext, ...rest: readonly unknown[]) => {
        carryHints(runContext);
        // also what its MCP servers tell of now
        const tools = listIn(await allTools?.(runContext, ...rest)).map(guardTool);
        return Reflect.get(copy, "model") instanceof PolicyModel ? [...tools, this.#carrier(tools, runContext, name)] : tools;
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
    if (!isHandoff(entry)) return this.guard(entry);
    const gap = handoffGap(entry, this.#guarding.gate);
    if (gap !== undefined) this.#reportOnce(gap);
    return guardedHandoff(entry, this.guard);
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
    const guards = tools.filter(isFunctionTool).flatMap((tool): readonly (readonly [string, Guard])[] => {
      const guard = guardOf(tool);
      return guard === undefined ? [] : [[toolKey(tool), guard]];
    });
    return carrierOf({
      ...this.#guarding,
      session: async () => this.#guarding.open({ context: runContext.context, runContext, agentName }),
      tools: new Map(guards),
    });
  }

  /** Says once of each name what is to be said of it: MCP servers list their tools anew for each request. */
  #report(tool: object): void {
    const { gate, except } = this.#guarding;
    for (const gap of toolGaps(tool, gate)) if (gap.gap !== "ungoverned" || !except.has(gap.tool)) this.#reportOnce(gap);
  }

  #reportOnce(gap: CoverageGap): void {
    const { gate, onCoverage } = this.#guarding;
    if (this.#reported.has(`${gap.tool} ${gap.gap}`)) return;
    gate.report(gap, onCoverage);
    this.#reported.add(`${gap.tool} ${gap.gap}`);
  }
}

/** A copy of an agent that is an agent of the same kind; throws a SallyportError `invalid-input` for any other. */
export function likeOf<T extends object>(copy: object, agent: T): T {
  if (isLike(copy, agent)) return copy;
  throw new SallyportError(
    "invalid-input",
    `\`clone\` of \`${nameOf(agent)}\` made another kind of agent; hand over agents of @openai/agents, or override \`clone\` in their class`,
  );
}

function isLike<T extends object>(copy: object, agent: T): copy is T {
  return copy !== agent && Object.getPrototypeOf(copy) === Object.getPrototypeOf(agent);
}

/** Keeps a list of a guarded agent guarded: the SDK reads it itself, so what the app put into it since is guarded as it is read. */
function guardedList(agent: object, key: string, entries: readonly unknown[], guard: (entry: unknown) => unknown): void {
  const copied = (list: readonly unknown[]): unknown[] => list.map(guard);
  let list = copied(entries);
  const get = (): unknown[] => {
    for (const [at, entry] of list.entries()) {
      const guarded = guard(entry);
      if (guarded !== entry) list[at] = guarded;
    }
    return list;
  };
  const set = (next: unknown): void => void (list = copied(listIn(next)));
  Object.defineProperty(agent, key, { get, set, enumerable: true, configurable: true });
}

function nameOf(agent: object): string {
  return String(Reflect.get(agent, "name"));
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
