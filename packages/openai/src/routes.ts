import type { Api } from "./api.ts";
import { chat } from "./chat/chat.ts";
import { responses } from "./responses/responses.ts";

/**
 * What a request is for. `answer`: a model's answer comes back, to this request or to an earlier one; `plain`: nothing that a
 * model says or reads as its context; `ungoverned`: a model is asked, or its tools run, where nobody can look.
 */
export type Route = { readonly kind: "answer"; readonly api: Api } | { readonly kind: "plain" } | { readonly kind: "ungoverned" };

/** What a request is for, by its method and its path below whatever base URL. What is not known is ungoverned. */
export function routeOf(method: string, written: string): Route {
  // servers take these for the same
  const path = written.replace(/\/+/g, "/").replace(/(?<=.)\/$/, "");
  const answer = ANSWERS.find((answer) => answer.method === method && answer.path.test(path));
  if (answer !== undefined) return { kind: "answer", api: answer.api };
  if (method === "DELETE" || PLAIN_BELOW.test(path)) return { kind: "plain" };
  return !UNGOVERNED.test(path) && PLAIN.test(path) ? { kind: "plain" } : { kind: "ungoverned" };
}

const ANSWERS: readonly { readonly method: string; readonly path: RegExp; readonly api: Api }[] = [
  { method: "POST", path: /\/chat\/completions(\/[^/]+)?$/, api: chat },
  { method: "GET", path: /\/chat\/completions\/[^/]+$/, api: chat },
  { method: "POST", path: /\/responses$/, api: responses },
  { method: "GET", path: /\/responses\/[^/]+$/, api: responses },
  { method: "POST", path: /\/responses\/[^/]+\/cancel$/, api: responses },
];

const PLAIN_BELOW = /\/responses\/(input_tokens|[^/]+\/input_items)$/;

const UNGOVERNED =
  /\/(agents|assistants|batches|chat|chatkit|completions|containers|conversations|decisions|evals|graders|live|realtime|responses|skills|threads|videos)(\/|$)/;

const PLAIN =
  /\/(admin|audio|content_provenance_checks|embeddings|external_keys|files|fine_tuning|images|models|moderations|organization|projects|safety|uploads|vector_stores|webhook_endpoints)(\/|$)/;
