import { inspect, opaque, type Inspection } from "../decide/inspect.ts";
import { isReadable } from "../decide/keep.ts";
import { sizeOf } from "../decide/size.ts";
import type { Entry } from "../ledger/record.ts";
import type { CallResult, CallState } from "../session/state.ts";
import { echoOf, textOf } from "../origin/text-of.ts";
import type { Json, JsonObject } from "../value.ts";
import { endEntry } from "./entries.ts";
import { requestOf, type Moment } from "./moment.ts";
import { toolLabels } from "./move.ts";
import { printIn } from "./origins.ts";
import { isBinary, readableOf } from "./readable.ts";
import { redactionsOf } from "./redactions.ts";

/** How a call's run ended, as the tool left it. */
export interface Ending {
  readonly error: boolean;
  /** the native value, or what was thrown */
  readonly value: unknown;
}

/** What may be released of an ending, and the record of it. */
export interface Release {
  readonly inspection: Inspection;
  readonly entry: Entry;
  readonly value: unknown;
}

/** Inspects how a call ended: nothing of it leaves the gate but `value`. */
export function releaseOf(moment: Moment, known: CallState, ending: Ending): Release {
  const content = ending.error ? messageOf(ending.value) : snapshot(ending.value);
  const { inspection, entry } = endOf(moment, known, ending.error, content, () => readableOf(ending.value));
  return { inspection, entry, value: released(inspection, ending) };
}

/** What was seen where a result entered the context: prints of it and of the args that it may echo. */
export interface Seen extends JsonObject {
  /** null: withheld, or none can be kept */
  readonly print: string | null;
  readonly echo: string | null;
  /** where the policy has come to trust the tool no more while it ran */
  readonly trust?: "untrusted";
}

/** What was seen of a result, and how much of it there is. */
interface Sight {
  readonly inspection: Inspection;
  readonly seen: Seen;
  readonly size: { readonly rows: number; readonly bytes: number };
}

const UNSEEN: Omit<Sight, "inspection"> = { seen: { print: null, echo: null }, size: { rows: 0, bytes: 0 } };

/** Inspects the content that a call ended with, and makes the record of it; `beside`: what can be read beside what is binary in it. */
export function endOf(
  moment: Moment,
  known: CallState,
  error: boolean,
  content: Content,
  beside: () => Json = () => null,
): Omit<Release, "value"> {
  const looked = inspectNow(moment, known, content);
  const { inspection, seen, size } = see(moment, known, looked, () => (content === opaque ? beside() : looked.content));
  const kept = content === opaque && inspection.decision === "allow" ? undefined : inspection.content;
  const redactions = redactionsOf(moment.state, inspection.redactions);
  // the policy may have another opinion of the tool by now than it had at the claim
  const { facts } = moment.program.lookup(known.tool, moment.pin.agent);
  const late = toolLabels(facts).filter((label) => !moment.state.labels.includes(label));
  const ended = late.length === 0 ? inspection : { ...inspection, puts: [...new Set([...inspection.puts, ...late])] };
  const doubted = facts.trust === "untrusted" && known.trusted === true ? { trust: facts.trust } : {};
  return { inspection, entry: endEntry(known.id, error, ended, size, kept, { ...seen, ...doubted }, redactions) };
}

/** What the model gets to see of a result. Where it cannot be told later that it was seen, it is withheld. */
function see(moment: Moment, { decision }: CallState, inspection: Inspection, content: () => Json): Sight {
  if (inspection.decision === "deny") return { inspection, ...UNSEEN };
  try {
    const shown = content();
    const print = printIn(moment.state, textOf(shown));
    const echo = print === null ? null : printIn(moment.state, echoOf(decision.args ?? {}));
    return { inspection, seen: { print, echo }, size: sizeOf(shown) };
  } catch (error) {
    return { inspection: unreadable(error, inspection.puts), ...UNSEEN };
  }
}

function unreadable(error: unknown, puts: readonly string[]): Inspection {
  const errors = [{ rule: "error:result", message: error instanceof Error ? error.message : "the inspection failed" }];
  return { decision: "deny", rules: ["error:result"], content: null, puts, shadow: [], errors, looked: true, redactions: [] };
}

/** Inspects a preliminary value; the same rules, no end. What makes the inspection itself fail is withheld. */
export function inspectNow(moment: Moment, known: CallState, content: Content): Inspection {
  const { source, decision } = known;
  if (content === malformed) return unreadable(new Error("the result is no JSON, or nested without end"), []);
  try {
    return inspect(moment.program, requestOf(moment, known.tool, source ?? {}, decision.args ?? {}), content);
  } catch (error) {
    return unreadable(error, []);
  }
}

/** What a caller gets of an inspected value: itself where no rule looked at it, else the copy that was looked at. */
export function released({ decision, rules, content, looked }: Inspection, { value, error }: Ending): unknown {
  if (decision === "allow" && !looked) return value;
  const shown = decision === "deny" ? withheldNotice(rules) : copied(content);
  return error ? new Error(typeof shown === "string" ? shown : JSON.stringify(shown)) : shown;
}

/** What a caller gets of a call that ended earlier, from its record. */
export function replayed(result: CallResult | undefined): unknown {
  const shown = shownOf(result);
  return result?.error === true ? new Error(typeof shown === "string" ? shown : JSON.stringify(shown)) : shown;
}

function shownOf(result: CallResult | undefined): Json {
  if (result?.withheld !== undefined) return withheldNotice(result.withheld);
  return result?.content === undefined ? "the call was completed; its result is no longer available" : copied(result.content);
}

/** Whoever gets a result may change it; what is on record stays as it is. */
function copied(content: Json): Json {
  return typeof content === "object" ? structuredClone(content) : content;
}

function withheldNotice(rules: readonly string[]): string {
  return `result withheld by policy (${rules.join(", ")})`;
}

/** What is neither JSON nor binary: cyclic, with bigints, nested without end. Nobody can read it, so nobody gets it. */
const malformed: unique symbol = Symbol("malformed");

/** What a call ended with, as rules look at it. */
export type Content = Json | typeof opaque | typeof malformed;

/** A copy of a native value as JSON; opaque where it is binary. */
export function snapshot(value: unknown): Content {
  if (value === undefined) return null;
  if (typeof value === "string") return value.toWellFormed();
  try {
    if (hasBinary(value)) return opaque;
    const text: string | undefined = JSON.stringify(value);
    if (text === undefined) return malformed;
    const copy: Json = JSON.parse(text.includes("\\ud") ? text.replace(LONE_SURROGATE, "\\ufffd") : text);
    return isReadable(copy) ? copy : malformed;
  } catch {
    // what cannot be written as JSON is withheld
    return malformed;
  }
}

// JSON.stringify writes pairs as they are, so that an escaped half stands alone
const LONE_SURROGATE = /(?<=(?:^|[^\\])(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

function hasBinary(value: unknown, depth = 0): boolean {
  if (isBinary(value)) return true;
  if (depth > 4 || typeof value !== "object" || value === null) return false;
  return Object.values(value).some((child) => hasBinary(child, depth + 1));
}

/** The text of what was thrown; whatever it is, looking at it does not throw. */
function messageOf(thrown: unknown): Json {
  try {
    const message: unknown = thrown instanceof Error ? thrown.message : thrown;
    const copy = typeof message === "string" ? message : snapshot(message);
    const text = typeof copy === "symbol" ? "an error" : typeof copy === "string" ? copy : JSON.stringify(copy);
    return text.toWellFormed();
  } catch {
    // a thrown value with code of its own has no text
    return "an error that cannot be read";
  }
}
