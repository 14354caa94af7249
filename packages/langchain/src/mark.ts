/** A tool that runs here: one made with `tool()`, of a class of its own, from an MCP server or from a runnable. */
export interface AnyTool {
  readonly name: string;
  readonly description?: string | undefined;
  /** of zod, or JSON Schema */
  readonly schema: unknown;
  invoke(input: never, config?: never): unknown;
}

const GUARDED: unique symbol = Symbol.for("sallyport.guarded");

/** What guarded tools carry into callbacks: a tag of their own, which nothing that they run inherits. */
export const GUARDED_TAG = "sallyport:guarded";

/** Marks a guarded tool. */
export function mark(tool: AnyTool): void {
  Object.defineProperty(tool, GUARDED, { value: true });
}

/** Whether a tool is guarded, so that its calls run through the gate whoever makes them. */
export function isMarked(tool: object): boolean {
  return Reflect.get(tool, GUARDED) === true;
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
