import type { Gate } from "@sallyport/core";

/** A tool that runs here: one made with `tool()`, of a class of its own, from an MCP server or from a runnable. */
export interface AnyTool {
  readonly name: string;
  readonly description?: string | undefined;
  /** of zod, or JSON Schema */
  readonly schema: unknown;
  invoke(input: never, config?: never): unknown;
}

const GUARDED: unique symbol = Symbol.for("sallyport.guarded");

/** Marks what is guarded with a gate: a tool, or what callbacks are told of one. */
export function mark<T extends object>(guarded: T, gate: Gate): T {
  return Object.defineProperty(guarded, GUARDED, { value: gate });
}

/** Whether a tool is guarded, so that its calls run through the gate whoever makes them; where a gate is named, through that one. */
export function isMarked(tool: object, gate?: Gate): boolean {
  const by: unknown = Reflect.get(tool, GUARDED);
  return gate === undefined ? by !== undefined : by === gate;
}

/** Whether a listed tool runs here; a plain object describes one that runs at the model's provider. */
export function runsHere(tool: object): tool is AnyTool {
  return "name" in tool && "schema" in tool && "invoke" in tool && typeof tool.invoke === "function";
}

/** What a listed tool is called; provider tools have a type where they have no name. */
export function nameOf(tool: object): string {
  const name: unknown = Reflect.get(tool, "name");
  return typeof name === "string" && name !== "" ? name : String(Reflect.get(tool, "type"));
}
