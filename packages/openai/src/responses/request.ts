import { isObject, type Json, type JsonObject } from "@sallyport/core";
import type { Prepared } from "../api.ts";
import { observeOutside, observeText, reportGap, type Bench } from "../bench.ts";
import { denied } from "../refusal.ts";
import { objectIn, objectsIn, textIn } from "../wire.ts";
import { owedAfter, owedTo } from "./dropped.ts";
import { readInput } from "./input.ts";
import { offerTools, withTools } from "./tools.ts";

/**
 * A request as it may go out.
 *
 * What stands at the provider and was not seen here is reported as `ungoverned`: a `prompt` template, a `conversation` (anybody
 * may add to it), a `previous_response_id` of an answer that did not go out in this session, agents of the provider's own
 * (`multi_agent`). Everything that is in the request, and all that the model answers, is governed with them as without.
 * `background` needs no more: what is fetched later is judged when it comes. Requests without a body (fetch, cancel) pass.
 */
export async function prepareResponse(body: JsonObject, bench: Bench): Promise<Prepared> {
  if (Object.keys(body).length === 0) return { body, uses: [], definitions: new Map() };
  const owed = await owedFirst(body, bench);
  await readTexts(body, bench);
  const { tools, definitions } = await offerTools(objectsIn(body, "tools"), bench);
  const { input: said, tools: own } = body;
  const { items, uses, definitions: found } = await readInput(body, owed, bench);
  // a text goes out as it came, unless something goes before it
  const input = typeof said === "string" && owed.length === 0 ? said : items;
  return {
    body: {
      ...(Array.isArray(own) ? withTools(body, tools) : body),
      ...(said === undefined && owed.length === 0 ? {} : { input }),
    },
    uses,
    definitions: new Map([...definitions, ...found]),
  };
}

/** What the server wants to be told before it goes on; reports what is remembered there and nobody knows here. */
async function owedFirst(body: JsonObject, bench: Bench): Promise<readonly JsonObject[]> {
  for (const name of ["prompt", "conversation", "multi_agent"]) {
    if (body[name] !== undefined && body[name] !== null) reportGap(bench, { tool: name, gap: "ungoverned" });
  }
  const conversation = textIn(body, "conversation") ?? textIn(objectIn(body, "conversation") ?? {}, "id");
  if (conversation !== undefined) return owedTo(bench.session, conversation);
  const previous = textIn(body, "previous_response_id");
  if (previous === undefined) return [];
  const owed = await owedAfter(bench.session, previous);
  if (owed === undefined) reportGap(bench, { tool: "previous_response_id", gap: "ungoverned" });
  return owed ?? [];
}

async function readTexts(body: JsonObject, bench: Bench): Promise<void> {
  const { instructions } = body;
  if (typeof instructions === "string") await observeText(bench, "system", instructions);
  else if (instructions !== undefined && instructions !== null)
    throw denied("unreadable_request", "the request's instructions are no text");
  // nobody says whose words these are
  for (const value of Object.values(objectIn(objectIn(body, "prompt") ?? {}, "variables") ?? {})) {
    await observeOutside(bench, isObject(value) ? (textIn(value, "text") ?? "") : textOf(value));
  }
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
