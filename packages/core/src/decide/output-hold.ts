import { reachOf } from "../detect/reach.ts";
import type { Rule } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";
import { couldBeBinary } from "./binary.ts";
import { inspectOutput, type OutputInspection, type TextRequest } from "./inspect-text.ts";
import { couldBeJson } from "./keep.ts";

/** What is known at the end of a text that came in parts. */
export interface HeldEnd {
  /** what is released beyond what was before */
  readonly rest: string;
  /** of the whole text; where a part could no longer be taken back, `text` is null and the error says so */
  readonly inspection: OutputInspection;
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
  readonly #program: Program;
  readonly #request: TextRequest;
  /** how many characters at the end are held; undefined: all */
  readonly #reach: number | undefined;
  #text = "";
  #released = "";
  /** up to where the text so far has been looked at */
  #looked = 0;

  constructor(program: Program, request: TextRequest) {
    this.#program = program;
    this.#request = request;
    this.#reach = holdOf(program, request);
  }

  /** Takes a part; returns what may be released now. */
  push(chunk: string): string {
    this.#text += chunk;
    const reach = this.#reach;
    if (reach === undefined) return "";
    if (reach === 0) return this.#release(this.#text);
    const horizon = this.#text.length - reach;
    if (horizon - this.#looked < Math.max(STEP, this.#text.length / PART) || this.#couldBeOther()) return "";
    this.#looked = horizon;
    const { covered, text } = prefixOf(this.#program, this.#request, this.#text, horizon);
    return covered ? this.#release(text) : "";
  }

  /** Ends the text. */
  end(): HeldEnd {
    const inspection = inspectOutput(this.#program, this.#request, this.#text);
    if (inspection.text === null) return { rest: "", inspection };
    if (inspection.text.startsWith(this.#released)) return { rest: this.#release(inspection.text), inspection };
    const errors = [...inspection.errors, { rule: "error:output", message: "what was released is not what the whole text allows" }];
    return { rest: "", inspection: { ...inspection, decision: "deny", rules: ["error:output"], text: null, redactions: [], errors } };
  }

  /** Whether the text so far may turn out to be something else than plain text, which is looked at otherwise. */
  #couldBeOther(): boolean {
    return couldBeJson(this.#text) || couldBeBinary(this.#text);
  }

  #release(text: string): string {
    const more = text.slice(this.#released.length);
    this.#released = text;
    return more;
  }
}
