/** A function of a tool's, whatever its types. */
export type NativeFunction = (...given: readonly unknown[]) => unknown;

/** What runs here of a tool, and where on the tool it stands. */
export interface Runnable {
  readonly run: NativeFunction;
  /** what makes args of the model's text; undefined: the function gets the text itself */
  readonly parse: NativeFunction | undefined;
  /** The tool with another function in the place of its own: of the same class, with everything that was attached to it. */
  readonly replaced: <T extends object>(tool: T, run: NativeFunction) => T;
}

/** What the model is told of a tool. */
export interface Described {
  readonly name: string;
  readonly description: unknown;
  readonly parameters: unknown;
}

/** Whether a tool is a function that the model may call, in the form of either API. */
export function isFunctionTool(tool: object): boolean {
  return member(tool, "type") === "function";
}

/** What the model is told of a function tool. A function without a name of its own goes by its function's. */
export function describedBy(tool: object): Described {
  const holder = holderOf(tool);
  const [name, own] = [member(holder, "name"), member(holder, "function")];
  return {
    name: typeof name === "string" && name !== "" ? name : typeof own === "function" ? own.name : "",
    description: member(holder, "description"),
    parameters: member(holder, "parameters"),
  };
}

/**
 * What runs here of a function tool; undefined where nothing does. `zodFunction` and its like keep that beside the tool, so
 * that it is never sent; tools for `runTools` in what they tell the model; a plain tool of the Responses API as its `function`.
 */
export function runnableOf(tool: object): Runnable | undefined {
  if (!isFunctionTool(tool)) return undefined;
  if (member(tool, "$brand") === "auto-parseable-tool") {
    const run = functionIn(tool, "$callback");
    return run && { run, parse: functionIn(tool, "$parseRaw"), replaced: (tool, run) => copyOf(tool, { $callback: run }, "hidden") };
  }
  const holder = holderOf(tool);
  const run = functionIn(holder, "function");
  if (run === undefined) return undefined;
  const { name } = describedBy(tool);
  return {
    run,
    parse: functionIn(holder, "parse"),
    replaced: (tool, run) => {
      if (holder === tool) return copyOf(tool, { function: run }, "shown");
      return copyOf(tool, { function: copyOf(holder, { function: run, name }, "shown") }, "shown");
    },
  };
}

/** Where a function tool says what it is: Chat Completions puts that below `function`, the Responses API into the tool itself. */
function holderOf(tool: object): object {
  const inner = member(tool, "function");
  return typeof inner === "object" && inner !== null ? inner : tool;
}

function functionIn(holder: object, key: string): NativeFunction | undefined {
  const value = member(holder, key);
  return typeof value === "function" ? (...given) => Reflect.apply(value, holder, given) : undefined;
}

function copyOf<T extends object>(original: T, changes: Readonly<Record<string, unknown>>, as: "shown" | "hidden"): T {
  const flags = { enumerable: as === "shown", writable: true, configurable: true };
  const changed = Object.entries(changes).map(([key, value]) => [key, { value, ...flags }]);
  const copy: T = Object.create(Object.getPrototypeOf(original), {
    ...Object.getOwnPropertyDescriptors(original),
    ...Object.fromEntries(changed),
  });
  return copy;
}

function member(holder: object, key: string): unknown {
  return Reflect.get(holder, key);
}
