import { canonical, type Json } from "@sallyport/core";
import type { Case, Excuse, SeenWants, Wants } from "./case.ts";
import type { NormalRecord } from "./ledger.ts";
import type { Played } from "./play.ts";
import type { ShownResult } from "./script.ts";
import { CONTEXT } from "./stage.ts";

/**
 * What did not come out as the case wants it, each in words. `reference` is the full ledger of the case; an adapter
 * whose ledger is excused is compared with its own lines only.
 */
export function compare(played: Case, adapter: string, found: Played, reference: readonly NormalRecord[] | undefined): readonly string[] {
  const excuse = played.differs.get(adapter);
  const wants: Wants = { ...played.wants, ...excuse?.wants };
  const says = isAskedAgain(played, adapter) ? "whatever" : "compared";
  return [
    ...stops(found, excuse),
    ...found.answers.flatMap(({ step, what, wanted, gave }) => unlike(`${what} on line ${step.at.line}`, wanted, gave)),
    ...ran(wants, found),
    ...handed(played, found),
    ...seen(wants, found),
    ...(wants.offered === undefined
      ? []
      : unlike("the tools that the model was offered", sortEach(wants.offered), sortEach(found.offered))),
    ...unlike("the ledger", heard(wants.ledger, says, isOutputLine), heard(found.lines, says, isOutputLine)),
    ...(reference === undefined || excuse?.wants.ledger !== undefined
      ? []
      : records(heard(reference, says, isOutput), heard(found.ledger, says, isOutput))),
    ...found.leaks,
    ...found.broken,
  ];
}

/** Whether it is the framework's own affair how often the model speaks: where a chat is resumed that does not wait any more, and where it differs. */
function isAskedAgain({ steps, differs }: Case, adapter: string): boolean {
  let waits = false;
  for (const step of steps) {
    if (step.kind === "resume" && (!waits || step.times > 1)) return true;
    if (step.kind === "user" || step.kind === "resume") waits = step.stops.paused.length > 0;
  }
  return differs.has(adapter);
}

/** Records or lines, less what the model said where that is the framework's own affair. */
function heard<T>(records: readonly T[], says: "whatever" | "compared", isOutput: (record: T) => boolean): readonly T[] {
  return says === "compared" ? records : records.filter((record) => !isOutput(record));
}

function isOutput({ type }: NormalRecord): boolean {
  return type === "output.released";
}

function isOutputLine(line: string): boolean {
  return /^(\S+: )?output\.released /.test(line);
}

function stops(found: Played, excuse: Excuse | undefined): readonly string[] {
  return found.stops.flatMap(({ step, index, wants, paused, text, threw }) => {
    const what = `the step on line ${step.at.line}`;
    if (threw !== undefined) return wants.mayThrow ? [] : [`${what}: the framework threw ${threw}`];
    const excused = excuse?.paused?.[index];
    return [
      ...unlike(`the calls that wait after ${what}`, excused ?? wants.paused, paused),
      ...(wants.text === undefined || excused !== undefined ? [] : unlike(`the text after ${what}`, wants.text, text)),
    ];
  });
}

function ran(wants: Wants, found: Played): readonly string[] {
  const tools = new Set([...wants.ran.keys(), ...found.ran.map(({ tool }) => tool)]);
  return [...tools].flatMap((tool) => {
    const wanted = wants.ran.get(tool) ?? 0;
    const args = found.ran.flatMap((run) => (run.tool === tool ? [run.args] : []));
    return typeof wanted === "number"
      ? unlike(`how often \`${tool}\` ran`, wanted, args.length)
      : unlike(`how \`${tool}\` ran`, wanted, args);
  });
}

/** What a framework hands its tools gets through the gate, and the gate's own beside it: one key for all attempts at a call. */
function handed(played: Case, found: Played): readonly string[] {
  const own = new Set(played.tools.map(({ name }) => name));
  const keys = new Map(found.ran.map(({ tool, handed: { callId, idempotencyKey } }) => [`${tool} ${callId}`, idempotencyKey]));
  return found.ran.flatMap(({ tool, handed: { callId, signal, idempotencyKey = "", context } }) => [
    ...(signal === undefined ? [`\`${tool}\` got no signal`] : []),
    ...(callId === undefined || callId === "" ? [`\`${tool}\` got no id of its call`] : []),
    ...(!/^[0-9a-f]{64}$/.test(idempotencyKey) ? [`\`${tool}\` got no idempotency key`] : []),
    ...(reused(played, callId) ? [] : unlike(`the idempotency key of \`${tool}\``, keys.get(`${tool} ${callId}`), idempotencyKey)),
    ...(own.has(tool) ? unlike(`the context that \`${tool}\` got`, CONTEXT.marker, context) : []),
  ]);
}

/** Whether the model gives one id to several calls. */
function reused({ model }: Case, id: string | undefined): boolean {
  return model.flat().filter((part) => part.kind === "call" && part.id === id).length > 1;
}

function seen(wants: Wants, found: Played): readonly string[] {
  return [...wants.sees].flatMap(([call, wanted]) => {
    const what = `what the model was shown of ${call}`;
    const shown = found.seen.get(call);
    if (shown === undefined) return [`${what}: nothing`];
    return isSeen(wanted, shown) ? [] : [`${what}: wanted ${JSON.stringify(wanted)}, got ${brief(shown)}`];
  });
}

function isSeen(wanted: SeenWants, { kind, content }: ShownResult): boolean {
  switch (wanted.kind) {
    case "result":
      return kind === "result" && text(asJson(wanted.content)) === text(asJson(content));
    case "anything":
      return kind === "result";
    case "size":
      return kind === "result" && text(content).length >= wanted.least;
    case "refusal":
      return kind === "refusal" && wanted.parts.every((part) => text(content).includes(part));
  }
}

/** Some frameworks show a model JSON as text; a value and its JSON are the same to it. */
function asJson(content: unknown): unknown {
  if (typeof content !== "string") return content ?? null;
  try {
    const value: unknown = JSON.parse(content);
    return value;
  } catch {
    return content;
  }
}

function records(reference: readonly NormalRecord[], ledger: readonly NormalRecord[]): readonly string[] {
  const at = reference.findIndex((record, index) => text(record) !== text(ledger[index]));
  const index = at < 0 && ledger.length > reference.length ? reference.length : at;
  return index < 0 ? [] : [`record ${index} of the full ledger: wanted ${text(reference[index])}, got ${text(ledger[index])}`];
}

function sortEach(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return lists.map((names) => [...names].sort());
}

function unlike(what: string, wanted: unknown, found: unknown): readonly string[] {
  return text(wanted) === text(found) ? [] : [`${what}: wanted ${brief(wanted)}, got ${brief(found)}`];
}

function brief(value: unknown): string {
  const whole =
    Array.isArray(value) && value.some((item) => typeof item === "string" && item.includes(" "))
      ? `\n    ${value.join("\n    ")}`
      : text(value);
  return whole.length <= 4_000 ? whole : `${whole.slice(0, 4_000)}…`;
}

/** A value as text that is the same for equal values. */
function text(value: unknown): string {
  if (typeof value === "string") return value;
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) return "nothing";
  const copy: Json = JSON.parse(json);
  return canonical(copy);
}
