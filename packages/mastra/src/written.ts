import { ToolStream } from "@mastra/core/tools";
import type { RunControl } from "@sallyport/core";

type Inspect = RunControl["inspect"];

/** The stream that a tool writes to while it runs, with what is written inspected like a result. */
export function inspectedWriter(writer: ToolStream, inspect: Inspect): ToolStream {
  const write = async (chunk: unknown): Promise<void> => {
    const { type, payload } = Object(chunk);
    if (type === OUTPUT) await writer.write(await inspect(payload?.output));
    else await writer.custom(await inspectedChunk(chunk, inspect));
  };
  return new ToolStream({ prefix: "tool", callId: "", name: "", runId: "" }, write);
}

/** The function below that stream, which Mastra hands to agents' tools as well. */
export function inspectedOutput(
  place: object,
  inspect: Inspect,
): { readonly outputWriter?: (chunk: unknown, ...rest: unknown[]) => Promise<unknown> } {
  const native: unknown = Reflect.get(place, "outputWriter");
  if (typeof native !== "function") return {};
  return { outputWriter: async (chunk, ...rest) => Reflect.apply(native, place, [await inspectedChunk(chunk, inspect), ...rest]) };
}

/** A chunk with everything in it inspected but for what says where it belongs. */
async function inspectedChunk(chunk: unknown, inspect: Inspect): Promise<{ readonly type: string }> {
  const { type, ...rest } = Object(chunk);
  const parts: [string, unknown][] = [];
  for (const [key, value] of Object.entries(rest)) parts.push([key, ROUTING.has(key) ? value : await inspect(value)]);
  return { ...Object.fromEntries(parts), type: String(type) };
}

// what a stream with the prefix `tool` makes of what is written to it
const OUTPUT = "tool-output";

const ROUTING: ReadonlySet<string> = new Set(["id", "runId", "from", "transient"]);
