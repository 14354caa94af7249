import type { Json } from "@sallyport/core";

/** One thing in a turn of a model: a text, or a call. */
export type TurnPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "call"; readonly id: string; readonly tool: string; readonly args: Json };

/** What a model says at once. */
export type Turn = readonly TurnPart[];

/** What became of a call, as a model reads it: a result, or why there is none. Denials and errors are both refusals, since many frameworks tell them apart by their text only. */
export interface ShownResult {
  readonly call: string;
  readonly kind: "result" | "refusal";
  /** a value, or JSON as text: whichever the framework shows */
  readonly content: unknown;
}

/** What a model is shown when it is asked. */
export interface Shown {
  /** the names of the tools that it may call */
  readonly tools: readonly string[];
  /** what became of calls, in the order of the prompt */
  readonly results: readonly ShownResult[];
}

/** A model whose turns are data: asked the n-th time, it says the n-th turn, and then the last one for ever. */
export interface ScriptedModel {
  next(shown: Shown): Turn;
}

/** Makes the model of a case; it belongs to the case and not to a process, so that it survives a restart. */
export class Script implements ScriptedModel {
  readonly #turns: readonly Turn[];
  /** every time that it was asked */
  readonly asked: Shown[] = [];

  constructor(turns: readonly Turn[]) {
    this.#turns = turns;
  }

  /** The ids that it gives its calls. */
  ids(): readonly string[] {
    return this.#turns.flat().flatMap((part) => (part.kind === "call" ? [part.id] : []));
  }

  next(shown: Shown): Turn {
    const turn = this.#turns[Math.min(this.asked.length, this.#turns.length - 1)] ?? [];
    this.asked.push(shown);
    return turn;
  }
}
