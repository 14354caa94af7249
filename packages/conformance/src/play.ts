import type { Approval, Approvals, JsonObject } from "@sallyport/core";
import type { Case, Step, StopWants } from "./case.ts";
import type { Answer, Driver, Stop } from "./driver.ts";
import { linesOf, normalLedger, type NormalRecord } from "./ledger.ts";
import { brokenChains, callNames, recordsOf, runningIn } from "./records.ts";
import type { ShownResult } from "./script.ts";
import { foundIn, foundInFiles } from "./search.ts";
import { Stage, START, type OpenStore } from "./stage.ts";
import type { Ran } from "./world.ts";

/** What really came of a case. */
export interface Played {
  readonly ran: readonly Ran[];
  /** what the model was shown last of each call */
  readonly seen: ReadonlyMap<string, ShownResult>;
  /** the tools that the case's own model was offered, each time it was asked */
  readonly offered: readonly (readonly string[])[];
  readonly ledger: readonly NormalRecord[];
  readonly lines: readonly string[];
  /** the calls that waited after each step in which the agent ran */
  readonly stops: readonly StopSeen[];
  /** what each verdict gave, against what the case says */
  readonly verdicts: readonly { readonly step: Step; readonly wanted: string; readonly gave: string }[];
  /** which of the texts that nobody may see were found, and where */
  readonly leaks: readonly string[];
  /** the streams whose chain does not hold, and where */
  readonly broken: readonly string[];
}

/** How a step in which the agent ran came to its end. */
interface StopSeen {
  readonly step: Step;
  /** which of the steps in which the agent ran this is */
  readonly index: number;
  readonly wants: StopWants;
  readonly paused: readonly string[];
  readonly text: string;
  /** what the framework threw instead */
  readonly threw: string | undefined;
}

/** Plays a case through a framework, once. */
export async function play(driver: Driver, played: Case, open: OpenStore): Promise<Played> {
  const stage = new Stage(driver, played, open);
  try {
    await stage.chat();
    const player = new Player(stage, played);
    for (const step of played.steps) await player.play(step);
    return await player.finish();
  } finally {
    await stage.close();
  }
}

class Player {
  readonly #stage: Stage;
  readonly #case: Case;
  readonly #stops: StopSeen[] = [];
  readonly #verdicts: { readonly step: Step; readonly wanted: string; readonly gave: string }[] = [];
  readonly #leaks = new Set<string>();
  #runs = -1;
  /** the ids that models of the case give their calls */
  readonly #ids: readonly string[];
  /** the digest under which each approval was first looked at */
  readonly #digests = new Map<string, string>();

  constructor(stage: Stage, played: Case) {
    this.#stage = stage;
    this.#case = played;
    this.#ids = stage.scripts.flatMap((script) => script.ids());
  }

  async play(step: Step): Promise<void> {
    const stage = this.#stage;
    switch (step.kind) {
      case "user":
        this.#runs += 1;
        return this.#run(step);
      case "resume":
        this.#runs += 1;
        return this.#resume(step);
      case "verdict":
        return this.#answer(step);
      case "clock":
        return stage.forward(step.forward);
      case "restart":
        return stage.restart();
      case "policy":
        return stage.setPolicy(step.text);
      case "store":
        return stage.failAt(step.fails);
      case "session":
        return stage.setSession(step.as);
      case "tools":
        return stage.redefine(step.tools);
      case "tamper":
        return (await stage.chat()).tamper(step.call, changeOf(step));
    }
  }

  async finish(): Promise<Played> {
    const { world, scripts, store, folder } = this.#stage;
    const shown = scripts.flatMap(({ asked }) => asked);
    const ledger = await normalLedger(store, START, this.#ids);
    const broken = await brokenChains(store);
    const { never } = this.#case;
    this.#note("the model's prompt", foundIn(shown, never));
    this.#note("the ledger", foundIn(ledger, never));
    this.#note("a file", foundInFiles(folder, never));
    return {
      ran: world.ran,
      seen: new Map(shown.flatMap(({ results }) => results.map((result) => [result.call, result] as const))),
      offered: (scripts[0]?.asked ?? []).map(({ tools }) => tools),
      ledger,
      lines: linesOf(ledger),
      stops: this.#stops,
      verdicts: this.#verdicts,
      leaks: [...this.#leaks],
      broken,
    };
  }

  async #run(step: Step & { readonly kind: "user" }): Promise<void> {
    const control = new AbortController();
    if (step.abortIn !== undefined) this.#stage.world.whenStarted(step.abortIn, () => control.abort());
    const chat = await this.#stage.chat();
    const [stop] = await this.#stopsOf([chat.run(step.text, control.signal)], step, step.stops);
    if (stop !== undefined) this.#stops.push(control.signal.aborted ? { ...stop, threw: undefined } : stop);
  }

  async #resume(step: Step & { readonly kind: "resume" }): Promise<void> {
    const chat = await this.#stage.chat();
    const answer = answerOf(step);
    const stops: StopSeen[] = [];
    if (step.together) {
      const runs = Array.from({ length: step.times }, () => chat.resume(answer));
      stops.push(...(await this.#stopsOf(runs, step, step.stops)));
    } else {
      for (let time = 0; time < step.times; time++) stops.push(...(await this.#stopsOf([chat.resume(answer)], step, step.stops)));
    }
    // a framework may refuse to resume a run a second time; one of them at least goes on
    const [first, ...others] = stops.toSorted((a, b) => Number(a.threw !== undefined) - Number(b.threw !== undefined));
    if (first !== undefined) this.#stops.push(first);
    const unlike = others.find(({ threw, paused }) => threw === undefined && paused.join() !== first?.paused.join());
    if (unlike !== undefined) this.#stops.push(unlike);
  }

  async #stopsOf(runs: readonly Promise<Stop>[], step: Step, wants: StopWants): Promise<readonly StopSeen[]> {
    const ended = await Promise.allSettled(runs);
    await this.#settled();
    return Promise.all(
      ended.map(async (end): Promise<StopSeen> => {
        if (end.status === "rejected") {
          const thrown: unknown = end.reason;
          // what the host's own code threw is the host's to see
          if (!wants.mayThrow) this.#note("what the framework threw", foundIn(thrown, this.#case.never));
          return {
            step,
            index: this.#runs,
            wants,
            paused: [],
            text: "",
            threw: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
          };
        }
        const { paused, text, native } = end.value;
        this.#note("the framework's own objects", foundIn(native, this.#case.never));
        const approvals = await this.#stage.elsewhere();
        const names = await this.#names();
        const calls = await Promise.all(paused.map((id) => callOf(approvals, names, id)));
        return { step, index: this.#runs, wants, paused: calls.flat(), text, threw: undefined };
      }),
    );
  }

  /** Waits for handlers that a framework no longer waits for, and a while for their records. */
  async #settled(): Promise<void> {
    const { world, store } = this.#stage;
    for (let look = 0; look < LOOKS; look++) {
      const open = runningIn(await recordsOf(store));
      if (world.idle && (open.size === 0 || look > LOOKS / 20)) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #answer(step: Step & { readonly kind: "verdict" }): Promise<void> {
    const { decision, call, approver, args, reason, stale } = step;
    const approvals = await this.#stage.elsewhere();
    const names = await this.#names();
    const approval = (await approvals.list()).find((found) => names.get(found.call.id) === call);
    if (approval === undefined) {
      this.#verdicts.push({ step, wanted: step.gives, gave: "there is no such approval" });
      return;
    }
    const first = this.#digests.get(approval.id) ?? approval.digest;
    this.#digests.set(approval.id, first);
    const given = { decision, approver, ...(args === undefined ? {} : { args }), ...(reason === undefined ? {} : { reason }) };
    const { status } = await approvals.resolve(approval.id, stale ? { ...given, digest: first } : given);
    this.#verdicts.push({ step, wanted: step.gives, gave: status });
  }

  async #names(): Promise<ReadonlyMap<string, string>> {
    return callNames(await recordsOf(this.#stage.store), this.#ids);
  }

  #note(place: string, found: readonly string[]): void {
    for (const secret of found) this.#leaks.add(`\`${secret}\` stands in ${place}`);
  }
}

/** How often to look whether everything has come to its end. */
const LOOKS = 100;

function answerOf({ answer, args, yes }: Step & { readonly kind: "resume" }): Answer {
  switch (answer) {
    case "edit":
      return { kind: answer, args: args ?? {} };
    case "each":
      return { kind: answer, yes };
    default:
      return { kind: answer };
  }
}

function changeOf({ args, tool }: { readonly args: JsonObject | undefined; readonly tool: string | undefined }): {
  readonly args?: JsonObject;
  readonly tool?: string;
} {
  return { ...(args === undefined ? {} : { args }), ...(tool === undefined ? {} : { tool }) };
}

/**
 * The call that an approval waits for, as its record says; what a framework names and nobody asked for shows as such. One
 * that has its answer and waits for its siblings, as some frameworks do, is none that a human is asked about.
 */
async function callOf(approvals: Approvals, names: ReadonlyMap<string, string>, id: string): Promise<readonly string[]> {
  const approval: Approval | undefined = await approvals.get(id);
  if (approval === undefined) return [`no approval of ours: ${id}`];
  if (approval.status === "approved") return [];
  const name = names.get(approval.call.id) ?? approval.call.id;
  return approval.status === "pending" ? [name] : [`${name} is ${approval.status}`];
}
