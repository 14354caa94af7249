import { memberOf, SallyportError } from "@sallyport/core";
import { define, isFunctionTool, methodOf, type AnyTool } from "./native-agent.ts";

const MADE: unique symbol = Symbol.for("sallyport.agent-tool");

/** How a tool that is a guarded agent was made. */
export interface MadeTool {
  /** Makes another one. */
  readonly again: () => AnyTool;
  /** what it returns where the agent in it waits for a human */
  readonly waiting: string;
}

/** How a tool was made, where it is a guarded agent. */
export function madeBy(tool: object): MadeTool | undefined {
  const made: unknown = Reflect.get(tool, MADE);
  return isMade(made) ? made : undefined;
}

function isMade(made: unknown): made is MadeTool {
  return typeof made === "object" && made !== null && "again" in made && "waiting" in made;
}

/** Whether a tool is an agent that nobody guarded: the SDK hands over neither that agent nor what it does. */
export function isLooseAgent(tool: object): boolean {
  return typeof Reflect.get(tool, "on") === "function" && madeBy(tool) === undefined;
}

/** A guarded agent's own `asTool`: as it is, but that it tells where the agent waits for a human. */
export function agentAsTool(agent: object): (options: object) => AnyTool {
  const asTool = methodOf(agent, "asTool");
  return (options) => {
    const waiting = `waits ${crypto.randomUUID()}`;
    const native = { ...options, customOutputExtractor: extractor(memberOf(options, "customOutputExtractor"), waiting) };
    const make = (): AnyTool => {
      const tool = asTool(native);
      if (!isFunctionTool(tool)) throw new SallyportError("invalid-input", "`asTool` made no tool; hand over agents of @openai/agents");
      return tool;
    };
    const listeners: (readonly unknown[])[] = [];
    // one is made for each agent that the tool is guarded for, and goes with it
    let others: readonly WeakRef<AnyTool>[] = [];
    const again = (): AnyTool => {
      const tool = make();
      for (const listener of listeners) methodOf(tool, "on", "a tool")(...listener);
      others = [...others.filter((other) => other.deref() !== undefined), new WeakRef(tool)];
      return tool;
    };
    const first = make();
    const on = methodOf(first, "on", "a tool");
    define(first, {
      on: (...listener: readonly unknown[]) => {
        listeners.push(listener);
        on(...listener);
        for (const other of others) {
          const tool = other.deref();
          if (tool !== undefined) methodOf(tool, "on", "a tool")(...listener);
        }
        return first;
      },
    });
    Object.defineProperty(first, MADE, { value: { again, waiting } satisfies MadeTool });
    return first;
  };
}

/** The text of an inner run as the SDK takes it, and one of ours where that run waits. */
function extractor(own: unknown, waiting: string): (result: object) => Promise<unknown> {
  return async (result) => {
    const interruptions: unknown = Reflect.get(result, "interruptions");
    if (Array.isArray(interruptions) && interruptions.length > 0) return waiting;
    return typeof own === "function" ? Reflect.apply(own, undefined, [result]) : textOf(result);
  };
}

/** What the SDK itself returns of an inner run: the last text of its model, or else its output. */
function textOf(result: object): string {
  const checked: unknown = lastOf(Reflect.get(result, "outputGuardrailResults"));
  if (checked !== undefined) return asText(memberOf(checked, "agentOutput"));
  const source = memberOf(Reflect.get(result, "state"), "_finalOutputSource");
  const said = source === "error_handler" ? "" : textIn(memberOf(lastOf(Reflect.get(result, "rawResponses")), "output"));
  return said.trim() === "" ? asText(Reflect.get(result, "finalOutput")) : said;
}

function lastOf(list: unknown): unknown {
  return Array.isArray(list) ? list.at(-1) : undefined;
}

function textIn(output: unknown): string {
  if (!Array.isArray(output)) return "";
  const contents = output.flatMap((item: unknown) => (memberOf(item, "type") === "message" ? [memberOf(item, "content")] : []));
  const parts = contents.flatMap((content) => (Array.isArray(content) ? content : []));
  return parts.map((part: unknown) => (memberOf(part, "type") === "output_text" ? String(memberOf(part, "text")) : "")).join("");
}

function asText(output: unknown): string {
  if (output === undefined) return "";
  return typeof output === "string" ? output : JSON.stringify(output);
}
