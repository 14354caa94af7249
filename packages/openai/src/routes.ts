import type { Api } from "./api.ts";
import { chat } from "./chat/chat.ts";
import { responses } from "./responses/responses.ts";

/**
 * What a request is for. `answer`: a model's answer comes back, to this request or to an earlier one; `plain`: nothing that a
 * model says or reads as its context; `ungoverned`: a model is asked, or its tools run, where nobody can look.
 */
export type Route = { readonly kind: "answer"; readonly api: Api } | { readonly kind: "plain" } | { readonly kind: "ungoverned" };

/**
 * What a request is for, by its method and its URL; `root` is the client's base URL. An answer is known by how its path ends,
 * whatever stands before that; what is not known, or not below the base URL, is ungoverned.
 */
export function routeOf(method: string, url: URL, root: URL): Route {
  const path = cleaned(url.pathname);
  const answer = ANSWERS.find((answer) => answer.method === method && answer.path.test(path));
  if (answer !== undefined) return { kind: "answer", api: answer.api };
  const below = url.origin === root.origin ? pathBelow(path, cleaned(root.pathname)) : undefined;
  const isPlain = below !== undefined && !UNGOVERNED.test(below) && PLAIN.test(below);
  return method === "DELETE" || below === COUNTED || isPlain ? { kind: "plain" } : { kind: "ungoverned" };
}

/** Servers take slashes that are repeated, or stand at the end, for none. */
function cleaned(path: string): string {
  return path.replace(/\/+/g, "/").replace(/\/$/, "");
}

function pathBelow(path: string, root: string): string | undefined {
  if (!path.startsWith(`${root}/`)) return undefined;
  // how Azure names the model
  return path.slice(root.length).replace(/^\/deployments\/[^/]+(?=\/)/, "");
}

const ANSWERS: readonly { readonly method: string; readonly path: RegExp; readonly api: Api }[] = [
  { method: "POST", path: /\/chat\/completions(\/[^/]+)?$/, api: chat },
  { method: "GET", path: /\/chat\/completions\/[^/]+$/, api: chat },
  { method: "POST", path: /\/responses$/, api: responses },
  { method: "GET", path: /\/responses\/[^/]+$/, api: responses },
  { method: "POST", path: /\/responses\/[^/]+\/cancel$/, api: responses },
];

const COUNTED = "/responses/input_tokens";

const UNGOVERNED =
  /\/(agents|assistants|batches|chat|chatkit|completions|containers|conversations|decisions|evals|graders|live|realtime|responses|skills|threads|videos)(\/|$)/;

const PLAIN =
  /^\/(admin|audio|content_provenance_checks|embeddings|external_keys|files|fine_tuning|images|models|moderations|organization|projects|safety|uploads|vector_stores|webhook_endpoints)(\/|$)/;
