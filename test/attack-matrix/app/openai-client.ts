import { zodFunction } from "openai/helpers/zod";
import { toolCall } from "../../openai/completions.ts";
import { scriptedClient, type ScriptedClient } from "../../openai/scripted-client.ts";
import type { Orders } from "./orders.ts";
import type { DeskTool } from "./tools.ts";

/** A client whose model plays turns, and then says goodbye. */
export function clientOf(turns: Orders["turns"]): ScriptedClient {
  const proposed = turns.filter((calls) => calls.length > 0).map((calls) => calls.map(({ id, tool, args }) => toolCall(id, tool, args)));
  return scriptedClient(
    proposed.map((calls) => ({ tool_calls: calls })),
    { content: "goodbye" },
  );
}

/** A tool of the desk as the client's helpers make one: told to the model, parsed by its schema, run by `runTools`. */
export function nativeTool({ name, description, schema, run }: DeskTool, user: string) {
  const runs = async (args: Readonly<Record<string, unknown>>): Promise<string> => JSON.stringify(await run(args, user));
  return zodFunction({ name, description, parameters: schema, function: runs });
}
