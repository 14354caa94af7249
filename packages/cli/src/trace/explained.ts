import { didYouMean, SallyportError, type ArgOrigin, type Decision, type Inspection, type Look, type Policy } from "@sallyport/core";
import type { Played, Player } from "./player.ts";
import type { TraceLine } from "./trace-line.ts";

/** Why a call is decided as it is, and its result inspected. */
export interface Explained extends Pick<Decision, "decision" | "rules" | "reason" | "args" | "labels" | "shadow" | "errors"> {
  readonly session: string;
  readonly call: string;
  readonly tool: string;
  readonly destinations: readonly string[] | null;
  readonly external: boolean | null;
  readonly resource: NonNullable<Decision["target"]>["resource"];
  readonly looked: readonly Look[];
  /** where each value of the args was seen before the call */
  readonly origins: readonly ArgOrigin[];
  /** of the result that the trace has; null where the call did not run, so that nobody saw it */
  readonly result?: ExplainedResult | null;
}

/** Why a result is inspected as it is. */
interface ExplainedResult extends Pick<Inspection, "decision" | "rules" | "content" | "shadow" | "errors"> {
  readonly looked: readonly Look[];
}

/** Which call is meant: the last one with this id, in this session; left out: the last one at all. */
export interface Wanted {
  readonly call?: string;
  readonly session?: string;
}

/** Explains one call of a trace: plays all before it, then says of everything that was looked at why it did or did not match. */
export function explainCall(lines: readonly TraceLine[], wanted: Wanted, player: Player, policy: Policy): Explained {
  const last = lastCall(lines, wanted);
  const first = lines.findIndex((line) => isSameCall(line, lines[last]));
  const result = lines.findIndex((line, index) => index > first && isResultOf(line, lines[last]));
  // a call that is proposed again is answered from the record: what is explained is how it was decided the first time
  for (const line of lines.slice(0, first)) player.play(line);
  const origins = lines.slice(first, first + 1).flatMap((line) => player.origins(line));
  const steps = lines.slice(first, Math.max(last, result) + 1).map((line, index) => {
    const looked = index === 0 || first + index === result ? player.look(line) : [];
    return { index: first + index, looked: looked.map((look) => withSelection(look, policy)), played: player.play(line) };
  });
  const made = steps.find(({ index }) => index === last)?.played;
  const observed = steps.find(({ index }) => index === result);
  const inspected = observed === undefined ? {} : { result: explainedResult(observed.played, observed.looked) };
  return { ...explainedCall(made, steps[0]?.looked ?? [], origins), ...inspected };
}

function lastCall(lines: readonly TraceLine[], { call, session }: Wanted): number {
  const calls = lines.flatMap(({ session, act }) => (act.kind === "call" ? [{ session, call: act.call.id }] : []));
  const last = lines.findLastIndex(
    (line) => line.act.kind === "call" && line.act.call.id === (call ?? line.act.call.id) && line.session === (session ?? line.session),
  );
  if (last >= 0) return last;
  const named = session === undefined ? "the trace" : `session \`${session}\``;
  if (session !== undefined && !calls.some((one) => one.session === session))
    return fail(
      `the trace has no call in session \`${session}\`${didYouMean(
        session,
        calls.map((one) => one.session),
      )}`,
    );
  if (call === undefined) return fail(`${named} has no call that could be explained`);
  const ids = calls.filter((one) => one.session === (session ?? one.session)).map((one) => one.call);
  return fail(`${named} has no call \`${call}\`${didYouMean(call, ids)}`);
}

function fail(message: string): never {
  throw new SallyportError("invalid-input", message);
}

function isSameCall(line: TraceLine, other: TraceLine | undefined): boolean {
  return line.session === other?.session && line.act.kind === "call" && other.act.kind === "call" && line.act.call.id === other.act.call.id;
}

function isResultOf(line: TraceLine, call: TraceLine | undefined): boolean {
  return line.session === call?.session && line.act.kind === "result" && call.act.kind === "call" && line.act.id === call.act.call.id;
}

/** With what a rule or limit that was not selected is about. */
function withSelection(look: Look, { rules, limits }: Policy): Look {
  const statement = look.match === "not selected" ? [...rules, ...limits].find((one) => one.id === look.id) : undefined;
  const named = (["tools", "effects", "agents"] as const).flatMap((key) =>
    statement?.[key] === undefined ? [] : [`${key} ${statement[key].join(", ")}`],
  );
  return named.length === 0 ? look : { ...look, note: `about ${named.join("; ")}` };
}

function explainedCall(played: Played | undefined, looked: readonly Look[], origins: readonly ArgOrigin[]): Explained {
  if (played?.kind !== "call") return fail("the trace has no call that could be explained");
  const { decision, rules, reason, args, labels, shadow, errors, target } = played.decision;
  const { destinations = null, external = null, resource = null } = target ?? {};
  const made = { decision, rules, reason, args, labels, shadow, errors, destinations, external, resource };
  const reused = rules.includes("call-id-reused");
  return {
    session: played.session,
    call: played.call.id,
    tool: played.call.tool,
    ...made,
    looked: reused ? [] : looked,
    origins: reused ? [] : origins,
  };
}

function explainedResult(played: Played | undefined, looked: readonly Look[]): ExplainedResult | null {
  if (played?.kind !== "result") return null;
  const { decision, rules, content, shadow, errors } = played.inspection;
  return { decision, rules, content, shadow, errors, looked };
}
