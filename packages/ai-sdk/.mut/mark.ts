import type { ToolSet } from "ai";

// what guardTools leaves on a tool and policyMiddleware finds on it in the model's params: symbols are never sent anywhere
const GUARDED: unique symbol = Symbol.for("sallyport.guarded");

/** A tool of a record of tools. */
export type AnyTool = ToolSet[string];

interface Carrier {
  readonly [GUARDED]?: true;
}

/** The properties of a tool that carry the mark to the model's params: provider options, or a provider tool's args. */
export function marked(tool: AnyTool): object {
  return tool.type === "provider"
    ? { args: { ...tool.args, [GUARDED]: true } }
    : { providerOptions: { ...tool.providerOptions, [GUARDED]: true } };
}

/** Whether a tool in the model's params is guarded, so that its calls are judged and run through the gate. */
export function isMarked(tool: { readonly providerOptions?: Carrier; readonly args?: Carrier }): boolean {
  return (tool.providerOptions ?? tool.args)?.[GUARDED] === true;
}
