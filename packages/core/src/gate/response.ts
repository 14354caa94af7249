import { inspectOutput, type OutputInspection } from "../decide/inspect-text.ts";
import { OutputHold, type Releasable } from "../decide/output-hold.ts";
import { SallyportError } from "../error.ts";
import type { Entry } from "../ledger/record.ts";
import type { HostFacts, Pin } from "../session/state.ts";
import type { ResponseStream } from "./contract.ts";
import type { Engine } from "./engine.ts";
import { outputEntry, redactionEntries } from "./entries.ts";
import { requestIn, type Moment } from "./moment.ts";
import { redactionsOf } from "./redactions.ts";

/** What the policy makes of the agent's text, and what is written of it. */
export function respond(moment: Moment, text: string): { readonly entries: readonly Entry[]; readonly inspection: OutputInspection } {
  const inspection = inspectOutput(moment.program, requestIn(moment), text);
  return { entries: [outputEntry(inspection, redactionsOf(moment.state, inspection.redactions))], inspection };
}

/** What is shown in place of a text that was withheld. */
export function shownText({ text, rules }: OutputInspection): string {
  return text ?? `output withheld by policy (${rules.join(", ")})`;
}

/** The agent's text as it comes: rules hold back what they may still want, and are asked again with the labels of each moment. */
export class HeldResponse implements ResponseStream {
  readonly #engine: Engine;
  readonly #ready: () => Promise<{ readonly pin: Pin; readonly host: HostFacts }>;
  #hold: Promise<OutputHold> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #half = "";
  #ended = false;

  constructor(engine: Engine, ready: () => Promise<{ readonly pin: Pin; readonly host: HostFacts }>) {
    this.#engine = engine;
    this.#ready = ready;
  }

  write(part: string): Promise<string> {
    return this.#inTurn(async () => {
      if (this.#ended) throw new SallyportError("invalid-input", "the text has ended; a new one is a new stream");
      const text = this.#half + part;
      // half of a character waits for its other half
      const cut = HALF.test(text) ? text.length - 1 : text.length;
      this.#half = text.slice(cut);
      const hold = await this.#held();
      const free = hold.push(text.slice(0, cut).toWellFormed());
      return free ?? hold.take(await this.#look(hold));
    });
  }

  end(): Promise<string> {
    return this.#inTurn(async () => {
      if (this.#ended) return "";
      this.#ended = true;
      const hold = await this.#held();
      const free = this.#half === "" ? "" : hold.push(this.#half.toWellFormed());
      const { pin, host } = await this.#ready();
      // INVARIANT: what is left is shown only after its record, with the labels that it puts, is durable
      return this.#engine.work(pin, host, (moment) => {
        const { rest, inspection } = hold.end(moment.program, requestIn(moment));
        const shown = inspection.text === null ? shownText(inspection) : rest;
        return {
          entries: [outputEntry(inspection, redactionsOf(moment.state, inspection.redactions))],
          result: (free ?? "") + shown,
        };
      });
    });
  }

  /** Looks at the text so far; what new placeholders in it stand for is durable before they are shown. */
  async #look(hold: OutputHold): Promise<Releasable> {
    const { pin, host } = await this.#ready();
    return this.#engine.work(pin, host, (moment) => {
      const look = hold.look(moment.program, requestIn(moment));
      return { entries: redactionEntries(redactionsOf(moment.state, look.redactions)), result: look };
    });
  }

  #held(): Promise<OutputHold> {
    this.#hold ??= this.#open();
    return this.#hold;
  }

  async #open(): Promise<OutputHold> {
    const { pin, host } = await this.#ready();
    return this.#engine.work(pin, host, (moment) => ({ entries: [], result: new OutputHold(moment.program, requestIn(moment)) }));
  }

  /** Parts are taken in the order in which they came, also where nobody waits for them. After a fault nothing more is shown. */
  #inTurn(task: () => Promise<string>): Promise<string> {
    const mine = this.#last.then(task);
    this.#last = mine;
    return mine;
  }
}

const HALF = /[\ud800-\udbff]$/;
