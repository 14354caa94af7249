import { reachOf } from "../detect/reach.ts";
import type { Program } from "../policy/program.ts";
import { couldBeBinary } from "./binary.ts";
import type { Redaction } from "./inspect.ts";
import { inspectOutput, releasablePrefix, type OutputInspection, type TextRequest } from "./inspect-text.ts";
import { couldBeJson } from "./keep.ts";

/** What is known at the end of a text that came in parts. */
export interface HeldEnd {
  /** what is released beyond what was before */
  readonly rest: string;
  /** of the whole text; where a part could no longer be taken back, `text` is null and the error says so */
  readonly inspection: OutputInspection;
}

/** What of a text that has not ended may be released. */
export interface Releasable {
  /** from its beginning on; undefined: no more than before */
  readonly prefix: string | undefined;
  /** placeholders in it that are new: on record before they are shown */
  readonly redactions: readonly Redaction[];
}

/** From this much on that could be released, and a part of the text so far, it is looked at again: so the work stays linear. */
const STEP = 64;
const PART = 16;

/**
 * Holds back what rules on output may still want of a text that comes in parts. Rules that deny, that ask about the whole
 * text, or whose findings have no bound hold all of it; rules that redact hold the longest finding. What is released in
 * parts is what inspecting the whole text at once would release. Nothing of it reads a clock or waits.
 */
export class OutputHold {
  /** how many characters at the end are held; undefined: all */
  readonly #reach: number | undefined;
  #text = "";
  #released = "";
  /** up to where the text so far has been looked at */
  #looked = 0;

  constructor(program: Program, request: TextRequest) {
    this.#reach = holdOf(program, request);
  }

  /** Takes a part; returns what may be released at once; undefined: it is time to look at the text. */
  push(chunk: string): string | undefined {
    this.#text += chunk;
    const reach = this.#reach;
    if (reach === undefined) return "";
    if (reach === 0) {
      this.#released = this.#text;
      return chunk;
    }
    const due = this.#text.length - reach - this.#looked >= Math.max(STEP, this.#text.length / PART);
    return due && !this.#couldBeOther() ? undefined : "";
  }

  /** Looks at the text so far, with the rules and facts of now; the same look again changes nothing. */
  look(program: Program, request: TextRequest): Releasable {
    const reach = holdOf(program, request);
    const found = reach === undefined ? undefined : releasablePrefix(program, request, this.#text, this.#text.length - reach);
    // what was shown is not taken back: where it is not what may be shown now, nothing more is
    const fits = found?.prefix.startsWith(this.#released) === true;
    return fits ? found : { prefix: undefined, redactions: [] };
  }

  /** Releases what a look found. */
  take({ prefix }: Releasable): string {
    this.#looked = Math.max(0, this.#text.length - (this.#reach ?? 0));
    return prefix === undefined ? "" : this.#release(prefix);
  }

  /** What is known when the text has ended, with the rules and facts of now; the same again changes nothing. */
  end(program: Program, request: TextRequest): HeldEnd {
    const inspection = inspectOutput(program, request, this.#text);
    if (inspection.text === null) return { rest: "", inspection };
    if (inspection.text.startsWith(this.#released)) return { rest: inspection.text.slice(this.#released.length), inspection };
    const errors = [...inspection.errors, { rule: "error:output", message: "what was released is not what the whole text allows" }];
    return { rest: "", inspection: { ...inspection, decision: "deny", rules: ["error:output"], text: null, redactions: [], errors } };
  }

  /** Whether the text so far may turn out to be something else than plain text, which is looked at otherwise. */
  #couldBeOther(): boolean {
    return couldBeJson(this.#text) || couldBeBinary(this.#text);
  }

  #release(text: string): string {
    // a text that is shorter now than what was released takes nothing back
    if (text.length <= this.#released.length) return "";
    const more = text.slice(this.#released.length);
    this.#released = text;
    return more;
  }
}

/** How much has to be held back of a text: undefined: all of it. */
function holdOf(program: Program, request: TextRequest): number | undefined {
  const rules = program.texts("output", request.agent.id).filter(({ mode }) => mode === "enforce");
  if (rules.some(({ decide }) => decide === "deny")) return undefined;
  const redacting = rules.filter(({ decide }) => decide === "redact");
  // what it asks about is not known before the text has ended
  if (redacting.some(({ when }) => when?.reads.has("text") === true || when?.reads.has("findings") === true)) return undefined;
  const reaches = redacting.map(({ detect = [] }) => reachOf(detect, program.policy.detectors) ?? Number.POSITIVE_INFINITY);
  const reach = Math.max(0, ...reaches);
  return Number.isFinite(reach) ? reach : undefined;
}
