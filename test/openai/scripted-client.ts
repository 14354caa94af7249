import type { JsonObject } from "@sallyport/core";
import { OpenAI } from "openai";
import { completion, type Said } from "./completions.ts";

/** A client whose model says one thing after the other, and what that model was asked. */
export interface ScriptedClient {
  readonly client: OpenAI;
  readonly asked: JsonObject[];
}

/** A client without a network behind it, whose model ends with `last` for ever. */
export function scriptedClient(turns: readonly Said[], last: Said): ScriptedClient {
  const asked: JsonObject[] = [];
  const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const body: JsonObject = await new Response(init?.body ?? null).json();
    const said = turns[asked.length] ?? last;
    asked.push(body);
    return Response.json(completion(said));
  };
  return { client: new OpenAI({ apiKey: "none", fetch, maxRetries: 0 }), asked };
}
