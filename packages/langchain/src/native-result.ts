import { ToolMessage } from "@langchain/core/messages";
import { isCommand, unpackCommand } from "./native-command.ts";
import { rebuilt, type Inspect, type Unpacked } from "./unpacked.ts";

/** What a tool returns, as far as the gate has to know it. */
export interface ResultShape {
  readonly name: string;
  readonly responseFormat?: string;
  /** the messages that the call came with: the model knows them already */
  readonly history: readonly unknown[];
}

/** Takes a result apart. Content stays as it is where nothing looks at what the tool returns; else every part is inspected. */
export async function unpack(raw: unknown, shape: ResultShape, inspect: Inspect): Promise<Unpacked> {
  if (isCommand(raw)) return asItself(raw, await unpackCommand(raw, shape.history, inspect), inspect);
  if (ToolMessage.isInstance(raw)) {
    const artifact = await inspectArtifact(raw.artifact, inspect);
    return asItself(raw, { content: raw.content, repack: (released) => rebuilt(raw, released, artifact) }, inspect);
  }
  if (shape.responseFormat !== "content_and_artifact") return { content: raw, repack: (released) => released };
  if (!Array.isArray(raw) || raw.length !== 2)
    throw new Error(`\`${shape.name}\` has the response format \`content_and_artifact\`, but returned no pair of the two`);
  const [content, artifact]: readonly unknown[] = raw;
  const shown = await inspectArtifact(artifact, inspect);
  return { content, repack: (released) => [released, shown] };
}

/** What the framework gets of a result that was released before: of one with more to it only the content is on record. */
export function repackRecorded(released: unknown, { responseFormat }: ResultShape): unknown {
  return responseFormat === "content_and_artifact" ? [released, undefined] : released;
}

/** Lets the native value stay where no rule looks at what the tool returns: then a value is released as itself, not as a copy. */
async function asItself(raw: unknown, unpacked: Unpacked, inspect: Inspect): Promise<Unpacked> {
  const probe = {};
  return (await inspect(probe)) === probe ? { ...unpacked, repack: () => raw } : unpacked;
}

async function inspectArtifact(artifact: unknown, inspect: Inspect): Promise<unknown> {
  return artifact === undefined ? undefined : inspect(artifact);
}
