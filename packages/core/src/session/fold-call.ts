import { EFFECTS } from "../condition/facts.ts";
import { freezeJson } from "../json/freeze.ts";
import type { Charge, Decision } from "../policy/decision.ts";
import type { Json, JsonObject } from "../value.ts";
import { each, NONE, number, numberOrNull, objectOf, objects, oneOf, text, texts, textOrNull } from "./fields.ts";
import type { Folded } from "./fold.ts";
import type { SessionState } from "./state.ts";

const VERBS = ["allow", "deny", "require_approval"] as const;

/** A call was proposed and decided. */
export function foldCallProposed(state: SessionState, { state: fields, payload }: Folded): void {
  const decision = readDecision(fields, payload);
  const approval = textOrNull(fields, "approval");
  state.calls.set(text(fields, "call"), {
    id: text(fields, "call"),
    tool: text(fields, "tool"),
    definition: textOrNull(fields, "definition"),
    proposed: payload === undefined ? undefined : textOrNull(payload, "proposed"),
    settled: payload === undefined ? undefined : textOrNull(payload, "settled"),
    source: freezeJson(objectOf(payload, "source") ?? null),
    decision,
    status: ({ allow: "allowed", deny: "denied", require_approval: "pending" } as const)[decision.decision],
    ...(approval === null ? {} : { approval }),
    charged: NONE,
    lease: 0,
  });
  if (decision.decision === "deny") state.denials += 1;
  // a question ends no row: what comes of it does
  if (decision.decision === "allow") state.denials = 0;
}

/** An approver's edit was decided on; the call now runs with other args, or is denied. */
export function foldCallEdited(state: SessionState, { state: fields, payload }: Folded): void {
  const call = state.calls.get(text(fields, "call"));
  if (call === undefined) return;
  call.decision = readDecision(fields, payload);
  call.settled = payload === undefined ? undefined : textOrNull(payload, "settled");
  call.source = freezeJson(objectOf(payload, "source") ?? null);
  if (call.decision.decision === "deny") {
    call.status = "denied";
    state.denials += 1;
  }
  const approval = call.approval === undefined ? undefined : state.approvals.get(call.approval);
  if (approval === undefined) return;
  const names = objects(fields, "names").map((name) => ({ rule: text(name, "rule"), digest: text(name, "digest") }));
  approval.verdicts = approval.verdicts.map((verdict) => ({ ...verdict, names }));
  delete approval.edit;
}

/** A call was refused after it had been proposed: at the claim (it is denied now), or a foreign attempt at it (nothing changes). */
export function foldCallRefused(state: SessionState, { state: fields, payload }: Folded): void {
  const call = state.calls.get(text(fields, "call"));
  const scope = oneOf(fields, "scope", ["call", "attempt", "resumed", "foreign"]);
  const once = textOrNull(fields, "once") ?? textOrNull(payload ?? {}, "attempt");
  if (once !== null) state.noted.add(once);
  if (scope === "call" || scope === "attempt") state.denials += 1;
  if (scope !== "call" || call === undefined) return;
  call.decision = readDecision(fields, payload);
  call.status = "denied";
}

/** A call was claimed: it is a step of the session from now on. */
export function foldCallStarted(state: SessionState, { state: fields, at }: Folded): void {
  const call = state.calls.get(text(fields, "call"));
  if (call === undefined) return;
  const labels = texts(fields, "labels");
  call.status = "started";
  const charged = each(fields, "charges", (charge) => ({ at, ...readCharge(charge) }));
  if (charged.length > 0) call.charged = [...call.charged, ...charged];
  call.lease = number(fields, "lease");
  call.trusted = fields["trust"] === "trusted";
  call.released = fields["released"] === true;
  call.step ??= state.steps.length;
  if (call.step < state.steps.length) return;
  const decision = oneOf(fields, "decision", ["allow", "approved"]);
  state.steps.push({ tool: call.tool, effect: oneOf(fields, "effect", EFFECTS), decision, labels, rows: 0, bytes: 0 });
}

/** A call came to its end, perhaps after it had been given up as unknown. */
export function foldCallEnded(state: SessionState, { type, state: fields, payload }: Folded): void {
  const call = state.calls.get(text(fields, "call"));
  if (call === undefined) return;
  const error = type === "call.failed";
  call.status = error ? "failed" : "completed";
  call.result = {
    content: payload === undefined ? undefined : contentOf(payload),
    error,
    withheld: fields["decision"] === "deny" ? texts(fields, "rules") : undefined,
  };
  const step = call.step === undefined ? undefined : state.steps[call.step];
  if (step !== undefined && call.step !== undefined)
    state.steps[call.step] = { ...step, rows: number(fields, "rows"), bytes: number(fields, "bytes") };
}

/** The released content; nothing where it was no JSON and so could not be kept. */
function contentOf(payload: JsonObject): Json | undefined {
  return payload["content"];
}

function readDecision(fields: JsonObject, payload: JsonObject | undefined): Decision {
  // it is handed out, and its args are what runs: whoever shows them to people must not be able to change them
  return Object.freeze<Decision>({
    decision: oneOf(fields, "decision", VERBS),
    rules: texts(fields, "rules"),
    reason: textOrNull(payload ?? {}, "reason") ?? "",
    args:
      textOrNull(payload ?? {}, "settled") === null ? null : freezeJson(objectOf(payload, "args") ?? objectOf(payload, "source") ?? null),
    labels: texts(fields, "labels"),
    shadow: texts(fields, "shadow"),
    errors:
      payload === undefined ? NONE : each(payload, "errors", (error) => ({ rule: text(error, "rule"), message: text(error, "message") })),
    puts: texts(fields, "puts"),
    requirements: NONE,
    charges: each(fields, "charges", readCharge),
  });
}

function readCharge(charge: JsonObject): Charge {
  return { limit: text(charge, "limit"), key: text(charge, "key"), amount: numberOrNull(charge, "amount") ?? 0 };
}
