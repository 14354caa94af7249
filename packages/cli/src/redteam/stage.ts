import { isObject, readJson, type Json, type JsonObject } from "@sallyport/core";
import type { Actors } from "./actors.ts";
import type { Attack, CallStep, Part, Step } from "./attack.ts";
import { fillText, type Cast } from "./cast.ts";
import { fillArgs, objectWith, type Filled, type Wish } from "./fill.ts";
import type { Tool } from "./tools.ts";

/** Which tool plays which part. */
export type Binding = ReadonlyMap<Part, Tool>;

/** A line of a play: what a trace says, and what it is for. */
export interface StagedLine {
  readonly line: JsonObject;
  /** of a call, or of a verdict: the step that it is of */
  readonly aim?: CallStep["aim"];
  readonly part?: Part;
}

/** What is played. */
export interface Script {
  readonly attack: Attack;
  readonly binding: Binding;
  readonly cast: Cast;
  readonly actors: Actors;
  /** which of its choices an arg with several takes */
  readonly choice: number;
}

/** Writes an attack down as the lines of a trace; undefined where these tools cannot play it. */
export function stage(script: Script): readonly StagedLine[] | undefined {
  const goal = goalOf(script);
  if (goal === undefined) return undefined;
  const cast: Cast = { ...script.cast, given: goal.given.join(", "), evil: evilOf(goal) };
  return new Stage({ ...script, cast }).write();
}

/** The first harmful (or wanted) call. */
function goalOf({ attack, binding, cast, choice }: Script): Filled | undefined {
  const step = attack.steps.find((one): one is CallStep => one.kind === "call" && one.aim === attack.aim);
  const tool = step === undefined ? undefined : binding.get(step.part);
  return step === undefined || tool === undefined ? undefined : fillArgs(tool.args, step.fill, cast, wishOf(step, choice, 1));
}

function wishOf({ aim, part }: CallStep, choice: number, number: number): Wish {
  return { aim, choice, number, many: aim === "harm" && part === "bulk" };
}

/** What the harmful call takes beside its texts, or its texts where that is all: as an attacker's text would say it. */
function evilOf({ args, given }: Filled): string {
  return [...new Set(given.length > 0 ? given : Object.values(args).flatMap(textsOf))].join(" and ");
}

function textsOf(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "number" ? [String(value)] : Array.isArray(value) ? value.flatMap(textsOf) : [];
}

/** Writes one play. */
class Stage {
  readonly #script: Script;
  readonly #lines: StagedLine[] = [];
  readonly #open = new Set<string>();
  readonly #needs: readonly string[];
  #asked = false;
  #calls = 0;
  #last: { readonly id: string; readonly args: JsonObject } | undefined;

  constructor(script: Script) {
    this.#script = script;
    this.#needs = this.#needed();
  }

  write(): readonly StagedLine[] | undefined {
    const written = this.#script.attack.steps.every((step) => this.#step(step));
    return written ? this.#lines : undefined;
  }

  /** What calls on the way need of the user: the page that they fetch. */
  #needed(): readonly string[] {
    const { attack, binding, cast } = this.#script;
    return attack.steps.flatMap((step) => {
      const tool = step.kind === "call" && step.aim === "way" ? binding.get(step.part) : undefined;
      if (step.kind !== "call" || tool === undefined || step.fill.to.length > 0) return [];
      const filled = fillArgs(
        tool.args.filter(({ use }) => use === "to"),
        step.fill,
        cast,
        wishOf(step, 0, 1),
      );
      return filled?.given ?? [];
    });
  }

  #step(step: Step): boolean {
    switch (step.kind) {
      case "message":
        return this.#message(step);
      case "call":
        return Array.from({ length: step.times }, (_, index) => index + 1).every((number) => this.#call(step, number));
      case "verdict":
        return this.#verdicts(step.by);
    }
  }

  #message({ role, text, session }: Extract<Step, { kind: "message" }>): boolean {
    const filled = fillText(text, this.#script.cast);
    if (filled === undefined) return false;
    const extra = role === "user" && !this.#asked ? this.#needs.filter((value) => !filled.includes(value)) : [];
    this.#asked ||= role === "user";
    this.#push(session, { message: { role, content: extra.length === 0 ? filled : `${filled} (${extra.join(", ")})` } });
    return true;
  }

  #call(step: CallStep, number: number): boolean {
    const { binding, cast, choice } = this.#script;
    const tool = binding.get(step.part);
    const filled = tool === undefined ? undefined : fillArgs(tool.args, step.fill, cast, wishOf(step, choice, number));
    if (tool === undefined || filled === undefined) return false;
    if (step.part === "answer") {
      this.#push(step.session, { output: filled.args["text"] ?? "" }, step);
      return true;
    }
    const id = `c${++this.#calls}`;
    this.#last = { id, args: filled.args };
    this.#push(step.session, { call: { id, tool: tool.name, args: filled.args } }, step);
    const said = step.result ?? step.error;
    if (said === undefined) return true;
    const text = fillText(said, cast, cast.kind, number);
    if (text === undefined) return false;
    const content = tool.kept.length === 0 || step.error !== undefined ? text : objectWith(tool.kept, text);
    this.#push(step.session, { result: { id, content, ...(step.error === undefined ? {} : { error: true }) } });
    return true;
  }

  #verdicts(by: "principal" | "twice" | "editor"): boolean {
    const { actors, cast } = this.#script;
    if (this.#last === undefined) return false;
    const { id: call, args } = this.#last;
    const verdict = { call, decision: "approve" };
    const approver = { id: by === "principal" ? actors.principal.id : "lead-1", roles: actors.approverRoles };
    if (by === "editor") {
      const edited = editPlaces(args, cast);
      if (edited === undefined) return false;
      this.#push("main", { verdict: { ...verdict, approver, args: edited } }, { aim: "harm" });
      return true;
    }
    if (by === "twice") this.#push("main", { verdict: { ...verdict, approver } });
    this.#push("main", { verdict: { ...verdict, approver } }, { aim: "harm" });
    return true;
  }

  #push(session: string, what: JsonObject, { aim, part }: Partial<CallStep> = {}): void {
    this.#opened(session);
    this.#lines.push({ line: { session, ...what }, ...(aim === undefined ? {} : { aim }), ...(part === undefined ? {} : { part }) });
  }

  #opened(session: string): void {
    if (this.#open.has(session)) return;
    this.#open.add(session);
    const { principal, agent, context } = this.#script.actors;
    if (session === "main") this.#lines.push({ line: { session, principal, agent, context } });
    else {
      this.#opened("main");
      this.#lines.push({ line: { session, principal, agent, context, parent: "main" } });
    }
  }
}

/** The args with the attacker's place where the user's stood; undefined where none stood there. */
function editPlaces(args: JsonObject, cast: Cast): JsonObject | undefined {
  const { friend, evil } = cast.places(cast.kind);
  const text = JSON.stringify(args);
  const edited = text.replaceAll(JSON.stringify(friend), JSON.stringify(evil));
  const reading = readJson(edited);
  return edited !== text && reading.ok && isObject(reading.value) ? reading.value : undefined;
}
