import { EFFECTS, type Facts } from "../condition/facts.ts";
import { objectOf, oneOf, text, texts } from "../session/fields.ts";
import type { ApprovalState, SessionState } from "../session/state.ts";
import { isObject, type JsonObject } from "../value.ts";

/** The facts that `by` sees: those of when it was asked, with the args of now; undefined where they were erased. */
export function factsOf(state: SessionState, { facts }: ApprovalState, args: JsonObject, now: number): Facts | undefined {
  const tool = objectOf(facts, "tool");
  if (tool === undefined) return undefined;
  return {
    tool: {
      name: text(tool, "name"),
      effect: oneOf(tool, "effect", EFFECTS),
      trust: oneOf(tool, "trust", ["trusted", "untrusted"]),
      credential: tool["credential"] === true,
      labels: texts(tool, "labels"),
    },
    args,
    principal: identity(facts, "principal", state.pin?.principal),
    agent: identity(facts, "agent", state.pin?.agent),
    context: objectOf(facts, "context") ?? {},
    session: { id: state.pin?.session ?? "", labels: state.labels, steps: state.steps },
    destinations: texts(facts, "destinations"),
    external: facts["external"] === true,
    resource: facts["resource"] ?? null,
    now,
  };
}

function identity(facts: JsonObject, key: string, id: string | undefined): JsonObject {
  const value = facts[key];
  return { ...(isObject(value) ? value : {}), id: id ?? "" };
}
