/** A tool search that runs here, with what it finds guarded; any other tool as it is. */
export function guardedSearch(tool: object, guardTool: (tool: unknown) => unknown): object {
  const key = Object.getOwnPropertySymbols(tool).find(({ description }) => description === EXECUTOR);
  const execute: unknown = key && Reflect.get(tool, key);
  if (key === undefined || typeof execute !== "function") return tool;
  const copy: object = Object.create(Object.getPrototypeOf(tool), Object.getOwnPropertyDescriptors(tool));
  const guarded = async (...args: readonly unknown[]): Promise<unknown> => {
    const found: unknown = await Reflect.apply(execute, tool, args);
    return Array.isArray(found) ? found.map(guardTool) : guardTool(found);
  };
  Object.defineProperty(copy, key, { value: guarded, configurable: true });
  return copy;
}

/** What the SDK calls the place of the function that searches. */
const EXECUTOR = "clientToolSearchExecutor";
