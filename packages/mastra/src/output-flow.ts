import type { ProcessOutputStreamArgs } from "@mastra/core/processors";
import { OutputStream, type SaidNow, type Session, type StreamedParts } from "@sallyport/core";

/** One chunk of an agent's stream. */
export type Chunk = ProcessOutputStreamArgs["part"];

// where Mastra looks for a chunk that is to go through all processors after the one that was returned; its own
// processors use it, and no types name it
const NEXT = "__mastraReprocessPart";

/** The chunks of a run with its texts as they may be shown. Mastra takes one chunk for each that it hands over, and then asks for more. */
export class OutputFlow {
  readonly #outputs: OutputStream<Chunk>;
  #queue: readonly Chunk[] = [];

  constructor(session: Session) {
    this.#outputs = new OutputStream(session, PARTS);
  }

  /** Takes the next chunk; resolves to the one that may be shown now, null where none may. Rejects like `respond`. */
  async next({ part, state }: Pick<ProcessOutputStreamArgs, "part" | "state">): Promise<Chunk | null> {
    const [known, ...rest] = this.#queue;
    // another processor may have changed or dropped the chunk that was to come again
    const [first, ...others] = known === part ? [part, ...rest] : [...(await this.#outputs.next(part)), ...rest];
    this.#queue = others;
    const [next] = others;
    if (next !== undefined) state[NEXT] = next;
    return first ?? null;
  }
}

/** What the chunks of a stream are. */
const PARTS: StreamedParts<Chunk> = {
  read: readChunk,
  delta: (like, text) => {
    if (like.type !== "text-delta" && like.type !== "reasoning-delta") return like;
    const { providerMetadata: _, ...payload } = like.payload;
    return { ...like, payload: { ...payload, text } };
  },
  end: (end, deltas, words) => {
    if (end.type !== "text-end" && end.type !== "reasoning-end") return end;
    const { providerMetadata, ...payload } = end.payload;
    if (words === "changed") return { ...end, payload };
    const kept = providerMetadata ?? deltas.map(metadataOf).findLast((found) => found !== undefined);
    return kept === undefined ? end : { ...end, payload: { ...payload, providerMetadata: kept } };
  },
};

function readChunk(chunk: Chunk): SaidNow {
  switch (chunk.type) {
    case "text-start":
      return { kind: "start", of: "text" };
    case "reasoning-start":
      return { kind: "start", of: "reasoning" };
    case "text-delta":
      return { kind: "delta", of: "text", text: chunk.payload.text };
    case "reasoning-delta":
      return { kind: "delta", of: "reasoning", text: chunk.payload.text };
    case "text-end":
      return { kind: "end", of: "text" };
    case "reasoning-end":
      return { kind: "end", of: "reasoning" };
    case "raw":
      return { kind: "raw" };
    case "source":
    case "response-metadata":
      return { kind: "beside" };
    default:
      return { kind: "other" };
  }
}

function metadataOf(chunk: Chunk): Extract<Chunk, { type: "text-delta" }>["payload"]["providerMetadata"] {
  return chunk.type === "text-delta" || chunk.type === "reasoning-delta" ? chunk.payload.providerMetadata : undefined;
}
