import type { MastraDBMessage } from "@mastra/core/agent";
import { isStandardSchemaWithJSON, standardSchemaToJSONSchema, toStandardSchema } from "@mastra/core/schema";
import { createTool } from "@mastra/core/tools";
import { isSameJson, jsonText, toolDefinition, type Call, type IdUse } from "@sallyport/core";
import type { Execution } from "./handed.ts";

/** What of a tool is told to the model. */
export interface DescribedTool {
  readonly description?: unknown;
  readonly inputSchema?: unknown;
}

/** Translates an execution of a tool; `args` are those that its schema made of what the model wrote. */
export async function toCall(execution: Execution, tool: string, args: unknown, definition: unknown): Promise<Call> {
  return { id: await idOf(execution, tool, args), tool, args, definition };
}

/**
 * The id of a call that an agent's run proposes: providers start again at `call_0` in each run or in each answer, and a run
 * that is resumed keeps its id. `step`: the model call of a run that used the id again.
 */
export function agentCallId(runId: string, toolCallId: string, step: number = 0): string {
  // the step stands before what the provider wrote, which may end in anything
  return step === 0 ? `${runId}/${toolCallId}` : `${runId}#${step}/${toolCallId}`;
}

/**
 * A step of a workflow has no id of its own here, nor has what a guarded tool runs within its call: what is tried again is the
 * same tool with the same args in the same run.
 */
async function idOf({ handed: { runId }, caller, toolCallId, within }: Execution, tool: string, args: unknown): Promise<string> {
  if (within !== undefined) return `${within}/${tool}/${await digest(args)}`;
  if (runId === undefined || caller === "code") return crypto.randomUUID();
  return caller === "agent" && toolCallId !== undefined ? agentCallId(runId, toolCallId) : `${runId}/${tool}/${await digest(args)}`;
}

async function digest(args: unknown): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(jsonText(args)));
  return [...new Uint8Array(bytes).slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the messages say of call ids. */
export function* idUses(messages: readonly MastraDBMessage[]): Generator<IdUse> {
  for (const { content } of messages)
    for (const part of content.parts) {
      if (part.type !== "tool-invocation") continue;
      const { toolCallId: id, state } = part.toolInvocation;
      yield { id, kind: "proposed" };
      if (state !== "call" && state !== "partial-call") yield { id, kind: "answered" };
    }
}

/** The definition that an approval binds. */
export async function toDefinition(name: string, { description, inputSchema }: DescribedTool): Promise<object> {
  return toolDefinition(name, description, () => {
    const schema = schemaOf(inputSchema);
    return schema === undefined ? undefined : standardSchemaToJSONSchema(schema, { io: "input" });
  });
}

/** Args as the tool's own schema parses them, or Mastra's answer to the model where it refuses them. */
type Parsed = { readonly ok: true; readonly args: unknown } | { readonly ok: false; readonly error: unknown };

/** Parses what the model wrote. Rejects where nobody could say what the tool would get. */
export type Parse = (input: unknown) => Promise<Parsed>;

/**
 * Parses args as Mastra does, which leaves that out where there is `resumeData`, although the model can write it. Mastra parses
 * up to twice before the tool has them, so a schema that makes something else of what it has parsed is refused.
 */
export function parserOf(name: string, { inputSchema }: DescribedTool): Parse {
  const schema = schemaOf(inputSchema);
  if (schema === undefined) return async (input) => ({ ok: true, args: input });
  const seen = new WeakSet<object>();
  // a tool that only hands back its args: so the schema is applied with all that Mastra does around it
  const parser = createTool({
    id: name,
    description: "",
    inputSchema: schema,
    execute: async (args: unknown) => {
      const passed = { args };
      seen.add(passed);
      return passed;
    },
  });
  const once = async (input: unknown): Promise<Parsed> => {
    const answer: unknown = await parser.execute?.(input, { observe: { span: async (_name, run) => run(), log: () => {} } });
    return isPassed(answer, seen) ? { ok: true, args: answer.args } : { ok: false, error: answer };
  };
  return async (input) => {
    const parsed = await once(input);
    if (!parsed.ok) return parsed;
    const again = await once(parsed.args);
    if (again.ok && isSameJson(again.args, parsed.args)) return parsed;
    throw new Error(`the input schema of \`${name}\` changes args that it has parsed already: make its transforms idempotent`);
  };
}

function isPassed(answer: unknown, seen: WeakSet<object>): answer is { readonly args: unknown } {
  return typeof answer === "object" && answer !== null && seen.has(answer);
}

/** A schema in the one form that Mastra works with, whatever library it comes from. */
function schemaOf(schema: unknown): ReturnType<typeof toStandardSchema> | undefined {
  if (schema === undefined || schema === null) return undefined;
  if (typeof schema === "function" && !("~standard" in schema)) return schemaOf(schema());
  return isStandardSchemaWithJSON(schema) ? schema : toStandardSchema(Object(schema));
}
