import type { CallbackManagerForToolRun } from "@langchain/core/callbacks/manager";
import { Runnable } from "@langchain/core/runnables";
import { DynamicStructuredTool, DynamicTool, StructuredTool, Tool } from "@langchain/core/tools";
import { guardedTwice, SallyportError, type Gate, type Guarding } from "@sallyport/core";
import { refusalMessage } from "./from-outcome.ts";
import { guardedCall } from "./guarded-call.ts";
import type { Handed } from "./handed.ts";
import { isMarked, mark, type AnyTool } from "./mark.ts";
import { isPause } from "./pause.ts";
import { isSchema } from "./to-call.ts";

/**
 * The guarded form of a tool: a child of it, so that it stays what it was. Of LangChain's own classes only the innermost step
 * is replaced, so that the schema, the callbacks and the format of results stay theirs, and see nothing that was not
 * released. A tool that brings its own way to be run is put behind a tool of LangChain's, and every way to run it leads there.
 */
export function guardedTool<T extends AnyTool>(tool: T, gate: Gate, guarding: Guarding<Handed>): T {
  if (isMarked(tool)) throw guardedTwice(tool.name);
  const child: T = Object.create(tool);
  const refused = new WeakSet<object>();
  const step = gatedStep(tool, guarding, refused);
  const entry: object = isStock(tool) ? child : standIn(tool, step);
  const call = namingCall(entry);
  define(entry, { _call: step, func: step, call });
  define(entry, { invoke: answeringInvoke(tool.name, entry, refused), toJSON: markedJson(entry, gate) });
  if (entry !== child) define(child, { ...delegates(entry), bound: entry, _call: step, func: step });
  return mark(child, gate);
}

/** The step in which a tool runs, as LangChain makes it: with its input parsed. */
type Step = (input: unknown, manager?: CallbackManagerForToolRun, config?: object) => Promise<unknown>;

function gatedStep(tool: AnyTool, guarding: Guarding<Handed>, refused: WeakSet<object>): Step {
  const run = isStock(tool) ? ownStep(tool) : ownInvoke(tool);
  return async (input, manager, config = {}) => {
    try {
      const onEvent = manager === undefined ? undefined : async (event: unknown) => manager.handleToolEvent(event);
      return await guardedCall({ tool, input, config, onEvent, run: (args, handed) => run(args, manager, handed) }, guarding);
    } catch (error) {
      if (error instanceof Error && !isPause(error)) refused.add(error);
      throw error;
    }
  };
}

/** The tool's own step, past the callbacks: they see what the gate released, around it. */
function ownStep(tool: AnyTool): (...step: unknown[]) => unknown {
  const step = methodOf(tool, "_call");
  return (...args) => step(tool, ...args);
}

/** What a tool of another make runs is watched by nobody: its callbacks would see what the gate has not released yet. */
function ownInvoke(tool: AnyTool): (...step: unknown[]) => unknown {
  const invoke = methodOf(tool, "invoke");
  return (input, _, config) => invoke(tool, input, { ...Object(config), callbacks: [] });
}

/** `invoke` as it is, but that the model, where it made the call, reads why there is no result; code gets the error. */
function answeringInvoke(name: string, entry: object, refused: WeakSet<object>): (input: unknown, config?: object) => Promise<unknown> {
  const invoke = methodOf(StructuredTool.prototype, "invoke");
  return async (input, config) => {
    try {
      return await invoke(entry, input, config);
    } catch (error) {
      if (!isToolCall(input) || !(error instanceof Error) || !refused.has(error)) throw error;
      return refusalMessage({ id: input.id, name }, error.message);
    }
  };
}

/** `call` as it is, but that a call of the model's keeps its id, as `invoke` sees to. */
function namingCall(entry: object): (input: unknown, config?: unknown, tags?: unknown) => unknown {
  const call = methodOf(entry, "call");
  return (input, config, tags) => {
    if (!isToolCall(input)) return call(entry, input, config, tags);
    const handed = Array.isArray(config) ? { callbacks: config } : Object(config);
    return call(entry, input, { ...handed, toolCall: input }, tags);
  };
}

/** What callbacks are told of the tool: that it is guarded, where no caller's config can say so. */
function markedJson(entry: object, gate: Gate): () => object {
  const toJson = methodOf(entry, "toJSON");
  return () => mark({ ...Object(toJson(entry)) }, gate);
}

function isToolCall(input: unknown): input is { readonly id?: string } {
  return typeof input === "object" && input !== null && "type" in input && input.type === "tool_call";
}

/** Whether a tool is run the way that LangChain's classes run theirs, whatever else its class does. */
function isStock(tool: AnyTool): boolean {
  const calls = [StructuredTool, Tool, DynamicTool, DynamicStructuredTool].map(({ prototype }): unknown => Reflect.get(prototype, "call"));
  return (
    tool instanceof StructuredTool &&
    calls.includes(Reflect.get(tool, "call")) &&
    waysToRun().every((way) => Reflect.get(tool, way) === Reflect.get(StructuredTool.prototype, way))
  );
}

/** A method of any object, to be called on any other: many of a tool's have no public type. */
function methodOf(owner: object, name: string): (receiver: object, ...args: readonly unknown[]) => unknown {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== "function")
    throw new SallyportError("invalid-input", `a tool without \`${name}\` is none; hand over tools of LangChain`);
  return (receiver, ...args) => Reflect.apply(method, receiver, args);
}

function waysToRun(): readonly string[] {
  const shared = Object.getOwnPropertyNames(Runnable.prototype).filter(
    (name) => name !== "constructor" && name !== "getName" && typeof Reflect.get(Runnable.prototype, name) === "function",
  );
  return ["invoke", ...shared];
}

function standIn({ name, description = "", schema }: AnyTool, step: Step): object {
  if (!isSchema(schema)) throw new SallyportError("invalid-input", `\`${name}\` has no schema; hand over tools of LangChain`);
  return new DynamicStructuredTool({ name, description, schema, func: step });
}

function delegates(entry: object): Record<string, unknown> {
  return Object.fromEntries(
    ["call", ...waysToRun()].map((way) => {
      const run = methodOf(entry, way);
      return [way, (...args: readonly unknown[]) => run(entry, ...args)];
    }),
  );
}

function define(object: object, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) Object.defineProperty(object, name, { value, configurable: true, writable: true });
}
