import { copyJson } from "../json/copy.ts";
import type { HostFacts, Pin } from "../session/state.ts";
import { isObject, type JsonObject } from "../value.ts";
import type { Identity, SessionInit } from "./contract.ts";

/** What a host app said of a session, checked and copied once; or why no call in it can be allowed. */
export type Opening = { readonly ok: true; readonly pin: Pin; readonly host: HostFacts } | { readonly ok: false; readonly reason: string };

/** Reads what the host app says of a session. Never throws. */
export function readOpening(init: SessionInit): Opening {
  const principal = readIdentity(init.principal);
  const agent = readIdentity(init.agent);
  const context = copyJson(init.context ?? {});
  const tenant = principal?.["tenant"] ?? "";
  if (!isId(init.id)) return { ok: false, reason: "the session has no id" };
  if (principal === undefined) return { ok: false, reason: "the session has no principal with an `id`" };
  if (agent === undefined) return { ok: false, reason: "the session has no agent with an `id`" };
  if (typeof tenant !== "string") return { ok: false, reason: "the principal's `tenant` is no text" };
  if (!context.ok || !isObject(context.value)) return { ok: false, reason: "the session's `context` is no JSON object" };
  if (init.parent !== undefined && !isId(init.parent)) return { ok: false, reason: "the session's `parent` is no id" };
  const parent = init.parent === undefined ? {} : { parent: init.parent };
  return {
    ok: true,
    pin: { tenant, session: init.id, principal: principal.id, agent: agent.id, ...parent },
    host: { principal, agent, context: context.value },
  };
}

/** An identity with a non-empty id, copied; undefined where it is none. */
export function readIdentity(identity: Identity | undefined): (JsonObject & { readonly id: string }) | undefined {
  const copy = copyJson(identity);
  if (!copy.ok || !isObject(copy.value)) return undefined;
  const { id } = copy.value;
  return typeof id === "string" && id !== "" ? { ...copy.value, id } : undefined;
}

function isId(id: unknown): id is string {
  return typeof id === "string" && id !== "" && id.isWellFormed();
}
