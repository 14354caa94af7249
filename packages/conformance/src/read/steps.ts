import { plain, type Report, type Written } from "@sallyport/core";
import type { Step, StopWants } from "../case.ts";
import { Fields } from "./reader.ts";
import { readTool } from "./tools.ts";

const STOP_KEYS = ["paused", "says", "may_throw"];

/** The keys of each kind of step; the first one says which it is. */
const KEYS = {
  user: ["user", "unobserved", "denied", "aborted_in", ...STOP_KEYS],
  outside: ["outside", "denied"],
  system: ["system", "denied"],
  resume: ["resume", "args", "yes", "times", "together", ...STOP_KEYS],
  verdict: ["verdict", "call", "approver", "args", "reason", "endorse", "shows", "stale", "gives"],
  clock: ["clock"],
  start: ["start"],
  policy: ["policy"],
  store: ["store"],
  session: ["session"],
  tools: ["tools"],
  tamper: ["tamper", "args", "tool"],
} as const;

const KINDS = [
  "user",
  "outside",
  "system",
  "resume",
  "verdict",
  "clock",
  "start",
  "policy",
  "store",
  "session",
  "tools",
  "tamper",
] as const;

/** Reads a step: the word `restart`, or a mapping whose first key says what happens. */
export function readStep(written: Written, report: Report): Step {
  const at = written.at;
  if (plain(written) === "restart") return { at, kind: "restart" };
  const names = written.kind === "map" ? written.entries.map(({ key }) => key) : [];
  const kind = KINDS.find((known) => names.includes(known));
  if (kind === undefined) {
    report(at, `a step is \`restart\`, or a mapping with one of ${KINDS.join(", ")}`);
    return { at, kind: "restart" };
  }
  return { at, ...readKind(kind, new Fields(written, KEYS[kind], `a \`${kind}\` step`, report)) };
}

type Bare<T> = T extends { readonly at: unknown } ? Omit<T, "at"> : never;

function readKind(kind: keyof typeof KEYS, fields: Fields): Bare<Step> {
  switch (kind) {
    case "user":
      return readUser(fields);
    case "outside":
      return { kind: "observe", role: "external", text: fields.name("outside"), denied: fields.texts("denied") ?? [] };
    case "system":
      return { kind: "observe", role: "system", text: fields.name("system"), denied: fields.texts("denied") ?? [] };
    case "resume":
      return readResume(fields);
    case "verdict":
      return readVerdictStep(fields);
    case "clock":
      return { kind, forward: fields.duration("clock") };
    case "start":
      return { kind, workflow: fields.name("start") };
    case "policy":
      return { kind, text: fields.text("policy") === "gone" ? undefined : fields.name("policy") };
    case "store":
      return { kind, fails: fields.json("store") === "works" ? undefined : failureOf(fields) };
    case "session":
      return readSession(fields);
    case "tools":
      return { kind, tools: fields.entries("tools").map(([name, written]) => readTool(name, written, fields.report)) };
    case "tamper":
      return { kind, call: fields.name("tamper"), args: fields.object("args"), tool: fields.text("tool") };
  }
}

function readUser(fields: Fields): Bare<Step> {
  return {
    kind: "user",
    text: fields.name("user"),
    observed: !fields.flag("unobserved"),
    denied: fields.texts("denied") ?? [],
    abortIn: fields.text("aborted_in"),
    stops: readStop(fields),
  };
}

function readResume(fields: Fields): Bare<Step> {
  return {
    kind: "resume",
    answer: fields.word("resume", ["wake", "yes", "no", "edit", "each"]) ?? "wake",
    args: fields.object("args"),
    yes: fields.texts("yes") ?? [],
    times: fields.number("times") ?? fields.number("together") ?? 1,
    together: fields.value("together") !== undefined,
    stops: readStop(fields),
  };
}

function readVerdictStep(fields: Fields): Bare<Step> {
  return {
    kind: "verdict",
    decision: fields.word("verdict", ["approve", "deny"]) ?? "deny",
    call: fields.name("call"),
    approver: fields.identity("approver") ?? fields.wrong("approver", "missing") ?? { id: "" },
    args: fields.object("args"),
    reason: fields.text("reason"),
    endorse: fields.texts("endorse") ?? [],
    shows: fields.texts("shows"),
    stale: fields.flag("stale"),
    gives: fields.word("gives", ["approved", "denied", "pending", "ignored"]) ?? fields.wrong("gives", "missing") ?? "",
  };
}

/** `session: throws`, or who opens it from now on. */
function readSession(fields: Fields): Bare<Step> {
  const written = fields.value("session");
  if (written === undefined || fields.json("session") === "throws") return { kind: "session", as: undefined };
  const who = new Fields(written, ["id", "principal", "agent"], "`session`", fields.report);
  return { kind: "session", as: { id: who.text("id"), principal: who.identity("principal"), agent: who.identity("agent") } };
}

const POINTS = {
  message: "message.observed",
  proposal: "call.proposed",
  claim: "call.started",
  result: "call.completed",
  error: "call.failed",
  output: "output.released",
} as const;

const POINT_NAMES = ["message", "proposal", "claim", "result", "error", "output"] as const;

/** `store: { fails: claim }`. */
function failureOf(fields: Fields): string | undefined {
  const written = fields.value("store");
  const point = written && new Fields(written, ["fails"], "`store`", fields.report).word("fails", POINT_NAMES);
  return point === undefined ? fields.wrong("store", "`works`, or `{ fails: POINT }`") : POINTS[point];
}

function readStop(fields: Fields): StopWants {
  return { paused: fields.texts("paused") ?? [], text: fields.text("says"), mayThrow: fields.flag("may_throw") };
}
