import { fork, type ChildProcess } from "node:child_process";
import { messageOf } from "./message.ts";
import type { Answer, Recipe } from "./workload.ts";

/** What a peer's process is told to do. */
export type Order = { readonly order: "check"; readonly seconds: number } | { readonly order: "round" };

/** What it answers: its answers to the requests (undefined: it would have taken too long), or what a decision cost in one round. */
export type Report =
  | { readonly report: "answers"; readonly answers: readonly Answer[] | undefined }
  | { readonly report: "round"; readonly micros: number }
  | { readonly report: "fault"; readonly message: string };

/** A peer in a process of its own: its code is compiled for its work alone, and its rubbish is its own. */
export class Runner {
  readonly peer: string;
  readonly #process: ChildProcess;

  constructor(peer: string, recipe: Recipe) {
    this.peer = peer;
    this.#process = fork(new URL("peer-process.ts", import.meta.url), [peer, JSON.stringify(recipe)], {
      execArgv: ["--max-old-space-size=8192"],
      serialization: "advanced",
    });
  }

  /** Its answer to every request; undefined where it would take longer than so many seconds. */
  async answers(seconds: number): Promise<readonly Answer[] | undefined> {
    const report = await this.#ask({ order: "check", seconds });
    return report.report === "answers" ? report.answers : undefined;
  }

  /** CPU time of a decision in one more round, in microseconds. */
  async round(): Promise<number> {
    const report = await this.#ask({ order: "round" });
    return report.report === "round" ? report.micros : Number.NaN;
  }

  end(): void {
    this.#process.kill();
  }

  async #ask(order: Order): Promise<Report> {
    this.#process.send(order);
    const report = await messageOf<Report>(this.#process, `\`${this.peer}\``);
    if (report.report === "fault") throw new Error(`\`${this.peer}\` failed: ${report.message}`);
    return report;
  }
}
