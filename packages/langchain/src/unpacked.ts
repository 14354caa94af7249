import { ToolMessage } from "@langchain/core/messages";
import type { RunControl } from "@sallyport/core";

/** Inspects a part of a result, as `RunControl` does. */
export type Inspect = RunControl["inspect"];

/** A tool's native result in two parts: what the gate inspects and records of it, and what the framework gets. */
export interface Unpacked {
  readonly content: unknown;
  /** puts what was released of the content back into the native shape, in which everything else was inspected as well */
  readonly repack: (released: unknown) => unknown;
}

/** A message with nothing left of the old one but who and what it answers: each other field may carry the content as well. */
export function rebuilt({ tool_call_id, name, status }: ToolMessage, released: unknown, artifact?: unknown): ToolMessage {
  return new ToolMessage({
    content: textOf(released),
    tool_call_id,
    artifact,
    ...(name === undefined ? {} : { name }),
    ...(status === undefined ? {} : { status }),
  });
}

function textOf(content: unknown): string {
  return typeof content === "string" ? content : (JSON.stringify(content) ?? "");
}
