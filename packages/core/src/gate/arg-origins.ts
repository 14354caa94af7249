import { describeSighting, excerptOf } from "../origin/explain.ts";
import type { Sighting } from "../origin/origin-view.ts";
import { textOf } from "../origin/text-of.ts";
import { objects, text, textOrNull } from "../session/fields.ts";
import type { SessionState } from "../session/state.ts";
import type { Json, JsonObject } from "../value.ts";
import type { ArgOrigin } from "./contract.ts";
import type { Moment } from "./moment.ts";

/** How many values of a call are explained; people read no more. */
const MOST = 50;

/** Where each value of the args was seen, for people; empty where nobody knows. */
export function argOrigins(
  { origins, state }: Pick<Moment, "origins" | "state">,
  args: JsonObject,
  policyWrote: readonly Json[] = [],
): readonly ArgOrigin[] {
  if (origins === undefined) return [];
  try {
    return origins(policyWrote)
      .sightings(args)
      .slice(0, MOST)
      .map((sighting) => ({
        path: pathOf(sighting.path),
        says: describeSighting(sighting),
        seen: sighting.seen.map((seen) => seenIn(state, sighting, seen)),
      }));
  } catch {
    // an explanation that cannot be had says nothing; what is decided does not rest on it
    return [];
  }
}

function seenIn(state: SessionState, { leaf }: Sighting, { origin, trusted }: Sighting["seen"][number]): ArgOrigin["seen"][number] {
  const found = typeof leaf === "string" || typeof leaf === "number" ? textsOf(state, origin).map((text) => excerptOf(text, leaf)) : [];
  const excerpt = found.find((text) => text !== undefined);
  return { origin, trusted, ...(excerpt === undefined ? {} : { excerpt }) };
}

/** The texts of an origin, as far as they are still there. */
function textsOf({ messages, calls }: SessionState, origin: string): readonly string[] {
  const call = /^tool:.*?#(.*)$/s.exec(origin)?.[1];
  if (call === undefined)
    return [...messages.values()].flatMap(({ role, content }) => (role === origin && content !== undefined ? [content] : []));
  return [...calls.values()].flatMap(({ id, tool, result }) =>
    `tool:${tool}#${id}` === origin && result?.content !== undefined && result.withheld === undefined ? [textOf(result.content)] : [],
  );
}

/** `to[0].name` */
function pathOf(path: Sighting["path"]): string {
  return path.map((key, at) => (typeof key === "number" ? `[${key}]` : at === 0 ? key : `.${key}`)).join("");
}

/** As it is kept in a record. */
export function originFields({ path, says, seen }: ArgOrigin): JsonObject {
  return { path, says, seen: seen.map((one): JsonObject => ({ ...one })) };
}

/** As it is read from one. */
export function readOrigin(fields: JsonObject): ArgOrigin {
  return { path: text(fields, "path"), says: text(fields, "says"), seen: objects(fields, "seen").map(readSeen) };
}

function readSeen(fields: JsonObject): ArgOrigin["seen"][number] {
  const excerpt = textOrNull(fields, "excerpt");
  return { origin: text(fields, "origin"), trusted: fields["trusted"] === true, ...(excerpt === null ? {} : { excerpt }) };
}
