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

/** How many places of one value are told: outside text first. */
const PLACES = 6;

/**
 * Where each value of the args was seen, for people: those from outside text first, then those that were seen nowhere, since
 * the order of the args is the model's. Empty where nobody knows.
 */
export function argOrigins(
  { origins, state }: Pick<Moment, "origins" | "state">,
  args: JsonObject,
  policyWrote: readonly Json[] = [],
): readonly ArgOrigin[] {
  if (origins === undefined) return [];
  try {
    const all = [...origins(policyWrote).sightings(args)].sort((a, b) => doubtOf(b) - doubtOf(a));
    const shown = all.slice(0, MOST).map((sighting) => argOrigin(state, sighting));
    return all.length > MOST ? [...shown, unexplained(`${all.length - MOST} more values are not explained here`)] : shown;
  } catch (error) {
    // args can be padded until it takes too long: whoever is asked has to know that
    const why = error instanceof Error ? error.message : "unknown fault";
    return [unexplained(`where these values were seen cannot be told: ${why}`)];
  }
}

function doubtOf({ seen }: Sighting): number {
  if (seen.some(({ trusted }) => !trusted)) return 2;
  return seen.length === 0 ? 1 : 0;
}

function argOrigin(state: SessionState, sighting: Sighting): ArgOrigin {
  const places = [...sighting.seen].sort((a, b) => Number(a.trusted) - Number(b.trusted)).slice(0, PLACES);
  const kept = sighting.seen.filter((one) => places.includes(one));
  const more = sighting.seen.length - kept.length;
  return {
    path: pathOf(sighting.path),
    says: `${describeSighting({ ...sighting, seen: kept })}${more === 0 ? "" : ` and in ${more} more`}`,
    seen: kept.map((one) => seenIn(state, sighting, one)),
  };
}

function unexplained(says: string): ArgOrigin {
  return { path: "", says, seen: [] };
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
