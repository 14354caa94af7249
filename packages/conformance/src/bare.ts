import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer, Change, Chat, Driver, Setup, Stop } from "./driver.ts";
import { BareAgent, type BareState } from "./bare-agent.ts";

/**
 * The loop that an agent is, with the gate and no framework around it: what every adapter is compared with. Its ledger of
 * a case is the reference, and it shows in two files what a driver does.
 */
export const bareDriver: Driver = {
  name: "bare",
  open: async (setup) => new BareChat(setup),
};

/** What is kept of a chat: as it stands, and as it last waited. */
interface Kept {
  readonly latest: BareState;
  readonly pause: BareState | undefined;
}

class BareChat implements Chat {
  readonly #setup: Setup;
  readonly #file: string;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#file = join(setup.folder, "bare.json");
  }

  async run(_text: string, signal: AbortSignal): Promise<Stop> {
    return this.#go(this.#kept()?.latest, signal, (agent) => agent.loop());
  }

  async resume(answer: Answer): Promise<Stop> {
    return this.#go(this.#kept()?.pause, new AbortController().signal, (agent) => agent.resume({ answer, approver: this.#setup.approver }));
  }

  async tamper(call: string, change: Change): Promise<void> {
    const kept = this.#kept();
    if (kept?.pause === undefined) throw new Error("nothing waits");
    const batch = kept.pause.batch.map((entry) => (entry.part.id === call ? { ...entry, part: { ...entry.part, ...change } } : entry));
    this.#keep({ ...kept, pause: { ...kept.pause, batch } });
  }

  async close(): Promise<void> {}

  async #go(state: BareState | undefined, signal: AbortSignal, go: (agent: BareAgent) => Promise<string>): Promise<Stop> {
    const agent = new BareAgent(this.#setup, { gate: this.#setup.gate, context: this.#setup.context["marker"], signal }, state);
    const text = await go(agent);
    const latest = agent.state();
    const paused = agent.waiting();
    this.#keep({ latest, pause: paused.length > 0 ? latest : this.#kept()?.pause });
    return { paused, text, native: latest };
  }

  #kept(): Kept | undefined {
    return existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, "utf8")) : undefined;
  }

  #keep(kept: Kept): void {
    writeFileSync(this.#file, JSON.stringify(kept));
  }
}
