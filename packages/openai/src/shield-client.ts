import { SallyportError, type Gate } from "@sallyport/core";
import type { OpenAI } from "openai";
import { shieldedFetch, type Fetch } from "./shielded-fetch.ts";
import { shieldOf, type ShieldOptions } from "./shield.ts";

/**
 * A client like the one it got, with the gate around everything that its models are asked and answer: tools that may not be
 * called are not offered, results are shown as they stand on record, texts go through rules on input and output, and each
 * call is decided before anybody sees it. All methods go through it, also of clients that `withOptions` makes of it;
 * where one has another base URL, only its chats and responses are known there, and the rest is reported.
 *
 * An answer that is not streamed is judged before the client sees anything of it, so that the client's `timeout` covers the
 * whole of it; no answer may be larger than 32 MiB.
 *
 * It sees what models propose, not what runs: guard the functions themselves with `guardTools` wherever you can. Throws a
 * SallyportError `invalid-input` where the options name no session or this is no client.
 *
 * @example
 * const client = shieldClient(new OpenAI(), gate, { session: { id: chatId, principal: user, agent: { id: "desk" } } });
 */
export function shieldClient<Client extends OpenAI>(client: Client, gate: Gate, options: ShieldOptions): Client {
  const shield = shieldOf(gate, options);
  const base: unknown = Reflect.get(client, "fetch");
  if (!isFetch(base)) throw new SallyportError("invalid-input", "`client` is no OpenAI client of version 7: it has no `fetch` to guard");
  return client.withOptions({ fetch: shieldedFetch(base, shield, new URL(client.baseURL)) });
}

function isFetch(value: unknown): value is Fetch {
  return typeof value === "function";
}
