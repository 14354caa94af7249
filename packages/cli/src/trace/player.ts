import {
  Replay,
  type ArgOrigin,
  type Decision,
  type InputInspection,
  type Inspection,
  type Look,
  type OutputInspection,
  type ParsedCall,
  type Policy,
  type Program,
  type Resolution,
} from "@sallyport/core";
import { atLine } from "./lines.ts";
import type { TraceLine } from "./trace-line.ts";

/** What came of a line. */
export type Played =
  | { readonly kind: "call"; readonly session: string; readonly call: ParsedCall; readonly decision: Decision }
  | { readonly kind: "verdict"; readonly session: string; readonly call: string; readonly resolution: Resolution }
  /** of a call that ran */
  | { readonly kind: "result"; readonly session: string; readonly id: string; readonly inspection: Inspection }
  | { readonly kind: "message"; readonly session: string; readonly inspection: InputInspection; readonly text: string }
  | { readonly kind: "output"; readonly session: string; readonly inspection: OutputInspection };

/** Whether a call that would have to be asked for is taken as approved at once. */
export type Approves = (session: string, call: string) => boolean;

/** Plays the lines of a trace against a policy. */
export class Player {
  readonly #replay: Replay;
  readonly #approves: Approves;

  /** `program`: the policy's, where it was compiled before */
  constructor(policy: Policy, approves: Approves, program?: Program) {
    this.#replay = new Replay(policy, program);
    this.#approves = approves;
  }

  /** Plays one line; undefined where nothing was to be decided. Throws SallyportError `invalid-input` where it names a workflow that is none. */
  play({ number, session, at, act }: TraceLine): Played | undefined {
    if (at !== undefined) this.#replay.at(at);
    switch (act.kind) {
      case "opening":
        this.#replay.open(session, act.opening);
        return undefined;
      case "message": {
        const inspection = this.#replay.observe(session, act.message);
        return inspection === undefined ? undefined : { kind: "message", session, inspection, text: act.message.content };
      }
      case "call":
        return {
          kind: "call",
          session,
          call: act.call,
          decision: this.#replay.call(session, act.call, this.#approves(session, act.call.id)),
        };
      case "verdict":
        return { kind: "verdict", session, call: act.call, resolution: this.#replay.verdict(session, act.call, act.verdict) };
      case "result": {
        const inspection = this.#replay.result(session, act.id, act.content, act.error);
        return inspection === undefined ? undefined : { kind: "result", session, id: act.id, inspection };
      }
      case "workflow":
        atLine(number, () => this.#replay.start(session, act.workflow));
        return undefined;
      case "output": {
        const inspection = this.#replay.respond(session, act.text);
        return inspection === undefined ? undefined : { kind: "output", session, inspection };
      }
    }
  }

  /** Why a line would be decided as it would: every rule and limit looked at. Changes nothing but the time. */
  look({ session, at, act }: TraceLine): readonly Look[] {
    if (at !== undefined) this.#replay.at(at);
    switch (act.kind) {
      case "call":
        return this.#replay.explain(session, act.call)?.looked ?? [];
      case "result":
        return this.#replay.explainResult(session, act.id, act.content);
      case "message":
        return this.#replay.explainText(session, "input", act.message.content);
      case "output":
        return this.#replay.explainText(session, "output", act.text);
      default:
        return [];
    }
  }

  /** Where each value of a call's args was seen before it. Changes nothing but the time. */
  origins({ session, at, act }: TraceLine): readonly ArgOrigin[] {
    if (at !== undefined) this.#replay.at(at);
    return act.kind === "call" ? (this.#replay.explain(session, act.call)?.origins ?? []) : [];
  }
}

/** How calls that would have to be asked for are taken: those that verdicts in the trace are about are left to them. */
export function approvesOf(approve: "none" | "all", lines: readonly TraceLine[]): Approves {
  if (approve === "none") return () => false;
  const answered = new Set(lines.flatMap(({ session, act }) => (act.kind === "verdict" ? [keyOf(session, act.call)] : [])));
  return (session, call) => !answered.has(keyOf(session, call));
}

/** One text for a call of a session. */
export function keyOf(session: string, call: string): string {
  return JSON.stringify([session, call]);
}
