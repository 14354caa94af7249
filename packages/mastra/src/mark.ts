import type { ToolsInput } from "@mastra/core/agent";
import type { Guard } from "./guard.ts";

// what guardTools leaves on a tool and policyProcessor finds on the one that Mastra builds from it: providers get JSON, where
// symbols are left out
const GUARDED: unique symbol = Symbol.for("sallyport.guarded");

/** A tool of a record of tools. */
export type AnyTool = ToolsInput[string];

interface Mark {
  readonly guard: Guard;
  readonly execute: unknown;
}

/** The provider options of a tool, which Mastra hands on unchanged, with the mark of the `execute` that is guarded. */
export function marked(providerOptions: unknown, mark: Mark): object {
  return { ...(typeof providerOptions === "object" ? providerOptions : {}), [GUARDED]: mark };
}

/** The guard of a tool, or of what Mastra built from one; undefined where its calls run past the gate. */
export function guardOf(tool: unknown): Guard | undefined {
  return markOf(tool)?.guard;
}

/** Whether a tool is guarded as it is, and not a copy of one that runs something else. */
export function isMarked(tool: object): boolean {
  return markOf(tool)?.execute === Reflect.get(tool, "execute") && guardOf(tool) !== undefined;
}

function markOf(tool: unknown): Mark | undefined {
  if (typeof tool !== "object" || tool === null) return undefined;
  const options: unknown = Reflect.get(tool, "providerOptions");
  return isCarrier(options) ? options[GUARDED] : undefined;
}

function isCarrier(options: unknown): options is { readonly [GUARDED]: Mark } {
  return typeof options === "object" && options !== null && GUARDED in options;
}
