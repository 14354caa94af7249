import { OutputStream, type SaidNow, type Session, type StreamedParts } from "@sallyport/core";
import type { StreamPart } from "./judge-stream.ts";

type Out = TransformStreamDefaultController<StreamPart>;

/** What the parts of a streamed answer are. */
const PARTS: StreamedParts<StreamPart> = {
  read: readPart,
  delta: (like, delta) => {
    if (like.type !== "text-delta" && like.type !== "reasoning-delta") return like;
    return { type: like.type, id: like.id, delta };
  },
  end: (end, deltas, words) => {
    if (end.type !== "text-end" && end.type !== "reasoning-end") return end;
    if (words === "changed") return { type: end.type, id: end.id };
    const providerMetadata = end.providerMetadata ?? deltas.map(metadataOf).findLast((found) => found !== undefined);
    return { ...end, ...(providerMetadata === undefined ? {} : { providerMetadata }) };
  },
};

/** Lets texts and reasoning pass as far as they may be shown, as soon as they may be. */
export function releaseStream(session: Session): TransformStream<StreamPart, StreamPart> {
  const outputs = new OutputStream(session, PARTS);
  const transformer = {
    async transform(part: StreamPart, out: Out): Promise<void> {
      for (const shown of await outputs.next(part)) out.enqueue(outputs.changed ? withoutMetadata(shown) : shown);
    },
    async flush(out: Out): Promise<void> {
      for (const shown of await outputs.close()) out.enqueue(shown);
    },
    // nobody listens any more: what was said so far is on record all the same
    async cancel(): Promise<void> {
      await outputs.close();
    },
  };
  return new TransformStream(transformer);
}

function readPart(part: StreamPart): SaidNow {
  switch (part.type) {
    case "text-start":
      return { kind: "start", of: "text" };
    case "reasoning-start":
      return { kind: "start", of: "reasoning" };
    case "text-delta":
      return { kind: "delta", of: "text", text: part.delta };
    case "reasoning-delta":
      return { kind: "delta", of: "reasoning", text: part.delta };
    case "text-end":
      return { kind: "end", of: "text" };
    case "reasoning-end":
      return { kind: "end", of: "reasoning" };
    case "raw":
      return { kind: "raw" };
    case "source":
    case "ping":
    case "stream-start":
    case "response-metadata":
      return { kind: "beside" };
    default:
      return { kind: "other" };
  }
}

function metadataOf(part: StreamPart): Extract<StreamPart, { type: "text-delta" }>["providerMetadata"] {
  return "providerMetadata" in part ? part.providerMetadata : undefined;
}

/** The end of an answer without what the provider tells of it, which may repeat its words. */
function withoutMetadata(part: StreamPart): StreamPart {
  if (part.type !== "finish") return part;
  const { providerMetadata: _, ...rest } = part;
  return rest;
}
