import { memberOf } from "@sallyport/core";
import { isObjectText } from "./malformed.ts";
import { gateOf } from "./mark.ts";
import { define } from "./native-agent.ts";

const HINTS: unique symbol = Symbol.for("sallyport.hints");

/**
 * What a run was told by its own `approve`, of calls of guarded agents. The SDK runs such a call without asking anybody; here it
 * is told instead that nobody has answered, so that it asks the gate, and waits again where no verdict agrees. Where the SDK
 * cannot be told, what enforces is `invoke`: it refuses the call this once.
 */
export class Hints {
  readonly #said = new CallsOf();
  readonly #confirmed = new CallsOf();
  readonly #unfit = new CallsOf();

  /** Whether somebody said yes to a call, natively. */
  isSaid(agent: object, callId: string): boolean {
    return this.#said.has(agent, callId);
  }

  /** Lets a yes stand that a verdict on record agrees with. */
  confirm(agent: object, callId: string): void {
    this.#confirmed.add(agent, callId);
  }

  /** Lets a yes stand to a call whose args are no object: the SDK asks about it, whatever the gate says, and its tool refuses it. */
  see(agent: unknown, call: unknown): void {
    const [callId, text] = [memberOf(call, "callId"), memberOf(call, "arguments")];
    if (typeof agent !== "object" || agent === null || typeof callId !== "string") return;
    if (typeof text !== "string" || !isObjectText(text)) this.#unfit.add(agent, callId);
  }

  /** What the SDK is told of its own answer to a call. */
  answer(native: unknown, agent: unknown, callId: unknown): unknown {
    if (native !== true || typeof agent !== "object" || agent === null || typeof callId !== "string") return native;
    if (gateOf(agent) === undefined || this.#confirmed.has(agent, callId) || this.#unfit.has(agent, callId)) return native;
    this.#said.add(agent, callId);
    return undefined;
  }
}

/** The calls of agents: two agents may use one id. */
class CallsOf {
  readonly #calls = new WeakMap<object, Set<string>>();

  add(agent: object, callId: string): void {
    const calls = this.#calls.get(agent) ?? new Set();
    this.#calls.set(agent, calls.add(callId));
  }

  has(agent: object, callId: string): boolean {
    return this.#calls.get(agent)?.has(callId) === true;
  }
}

/** The hints of a run, which its context carries; undefined where its context is none that could. */
export function hintsOf(runContext: object): Hints | undefined {
  const hints: unknown = Reflect.get(runContext, HINTS);
  return hints instanceof Hints ? hints : undefined;
}

/** Makes the context of a run carry hints, and with it those that the SDK makes of it for inner runs. */
export function carryHints(runContext: object, hints: Hints = new Hints()): void {
  if (Object.hasOwn(runContext, HINTS)) return;
  const isApproved = methodIn(runContext, "isToolApproved");
  const resolve = methodIn(runContext, "_resolveToolInvocationApproval");
  const fork = methodIn(runContext, "_createFork");
  if (isApproved === undefined || resolve === undefined || fork === undefined) return;
  Object.defineProperty(runContext, HINTS, { value: hints });
  define(runContext, {
    isToolApproved: (asked: unknown) => hints.answer(isApproved(asked), memberOf(asked, "agent"), memberOf(asked, "callId")),
    _resolveToolInvocationApproval: (agent: unknown, name: unknown, call: unknown) => {
      hints.see(agent, call);
      return hints.answer(resolve(agent, name, call), agent, memberOf(call, "callId"));
    },
    _createFork: () => {
      const child = fork();
      if (typeof child === "object" && child !== null) carryHints(child, hints);
      return child;
    },
  });
}

function methodIn(owner: object, name: string): ((...args: readonly unknown[]) => unknown) | undefined {
  const method: unknown = Reflect.get(owner, name);
  return typeof method === "function" ? (...args) => Reflect.apply(method, owner, args) : undefined;
}
