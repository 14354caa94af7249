import type { JsonObject } from "@sallyport/core";
import type { Prepared } from "../api.ts";
import type { Bench } from "../bench.ts";
import { denied } from "../refusal.ts";
import { showHistory } from "./history.ts";
import { definitionsIn, offerTools } from "./offer.ts";

/** The request as it may go out; one without messages asks for an earlier answer. */
export async function prepareRequest(request: JsonObject, bench: Bench): Promise<Prepared> {
  const asked = request["messages"];
  if (asked === undefined && Object.keys(request).some((key) => key !== "metadata"))
    throw denied("unreadable_request", "the request has no `messages`");
  if (asked === undefined) return { body: request, uses: [], definitions: new Map(), stored: true };
  if (!Array.isArray(asked)) throw denied("unreadable_request", "`messages` of the request is no list");
  // what cannot be enforced is refused before anything is recorded as said, and what was said counts for what is offered
  const definitions = await definitionsIn(request, bench);
  const { messages, uses } = await showHistory(asked, bench);
  const body = await offerTools(request, definitions, bench);
  return { body: { ...body, messages }, uses, definitions };
}
