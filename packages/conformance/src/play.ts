import type { Approval, Approvals, ArgOrigin, JsonObject, Message } from "@sallyport/core";
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
  /** what each verdict gave, what an approver was told, and which rules denied a message, against what the case says */
  readonly answers: readonly AnswerSeen[];
  /** which of the texts that nobody may see were found, and where */
  readonly leaks: readonly string[];
  /** the streams whose chain does not hold, and where */
  readonly broken: readonly string[];
}

/** What somebody was told, beside what was to be. */
interface AnswerSeen {
  readonly step: Step;
  readonly what: string;
  readonly wanted: unknown;
  readonly gave: unknown;
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
  readonly #answers: AnswerSeen[] = [];
  readonly #leaks = new Set<string>();
  #runs = -1;
  /** the ids that models of the case give their calls */
  readonly #ids: readonly string[];
  /** what neither the model nor the framework may get to see */
  readonly #secrets: readonly string[];
  /** the digest under which each approval was first looked at */
  readonly #digests = new Map<string, string>();

  constructor(stage: Stage, played: Case) {
    this.#stage = stage;
    this.#case = played;
    this.#secrets = [...played.never, ...played.masked];
    this.#ids = stage.scripts.flatMap((script) => script.ids());
  }

  async play(step: Step): Promise<void> {
    const stage = this.#stage;
    switch (step.kind) {
      case "user":
        this.#runs += 1;
        return this.#run(step);
      case "observe":
        return void (await this.#observe(step, step.role));
      case "resume":
        this.#runs += 1;
        return this.#resume(step);
      case "verdict":
        return this.#answer(step);
      case "clock":
        return stage.forward(step.forward);
      case "start":
        return stage.startWorkflow(step.workflow);
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
    const { world, scripts, store, folder, appFolder } = this.#stage;
    const shown = scripts.flatMap(({ asked }) => asked);
    const ledger = await normalLedger(store, START, this.#ids);
    const broken = await brokenChains(store);
    const { never, masked } = this.#case;
    this.#note("the model's prompt", foundIn(shown, this.#secrets));
    this.#note("the ledger", foundIn(ledger, never));
    this.#note("a file", [...foundInFiles(folder, never), ...foundInFiles(appFolder, masked)]);
    return {
      ran: world.ran,
      seen: new Map(shown.flatMap(({ results }) => results.map((result) => [result.call, result] as const))),
      offered: (scripts[0]?.asked ?? []).map(({ tools }) => tools),
      ledger,
      lines: linesOf(ledger),
      stops: this.#stops,
      answers: this.#answers,
      leaks: [...this.#leaks],
      broken,
    };
  }

  /** Observes a text as the host app does; whether it may reach the model. */
  async #observe(step: Step & { readonly kind: "user" | "observe" }, role: Message["role"]): Promise<boolean> {
    const { decision, rules } = await this.#stage.observe({ role, content: step.text });
    const gave = decision === "deny" ? rules : [];
    this.#answers.push({ step, what: "the rules that deny the message", wanted: step.denied, gave });
    return decision === "allow";
  }

  async #run(step: Step & { readonly kind: "user" }): Promise<void> {
    try {
      if (step.observed && !(await this.#observe(step, "user"))) return;
    } catch (error) {
      // the host has no session to run the agent in
      this.#stops.push({ step, index: this.#runs, wants: step.stops, paused: [], text: "", threw: textOf(error) });
      return;
    }
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
          if (!wants.mayThrow) this.#note("what the framework threw", foundIn(thrown, this.#secrets));
          return {
            step,
            index: this.#runs,
            wants,
            paused: [],
            text: "",
            threw: textOf(thrown),
          };
        }
        const { paused, text, native } = end.value;
        this.#note("the framework's own objects", foundIn(native, this.#secrets));
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
    const wanted = step.gives;
    const what = "the verdict";
    if (approval === undefined) {
      this.#answers.push({ step, what, wanted, gave: "there is no such approval" });
      return;
    }
    const told = approval.origins.map((origin) => toldOf(origin, names));
    if (step.shows !== undefined) this.#answers.push({ step, what: "what the approver is told", wanted: step.shows, gave: told });
    const first = this.#digests.get(approval.id) ?? approval.digest;
    this.#digests.set(approval.id, first);
    const endorse = [...names].flatMap(([id, name]) => (step.endorse.includes(name) ? [id] : []));
    const given = {
      decision,
      approver,
      ...(args === undefined ? {} : { args }),
      ...(reason === undefined ? {} : { reason }),
      ...(endorse.length === 0 ? {} : { endorse }),
    };
    const { status } = await approvals.resolve(approval.id, stale ? { ...given, digest: first } : given);
    this.#answers.push({ step, what, wanted, gave: status });
  }

  async #names(): Promise<ReadonlyMap<string, string>> {
    return callNames(await recordsOf(this.#stage.store), this.#ids);
  }

  #note(place: string, found: readonly string[]): void {
    for (const secret of found) this.#leaks.add(`\`${secret}\` stands in ${place}`);
  }
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

/** Where a value of the args was seen: `to[0]: user, tool:inbox#c1 (outside)`. */
function toldOf({ path, seen }: ArgOrigin, names: ReadonlyMap<string, string>): string {
  const places = seen.map(({ origin, trusted }) => {
    const at = origin.lastIndexOf("#") + 1;
    const named = at === 0 ? origin : `${origin.slice(0, at)}${names.get(origin.slice(at)) ?? origin.slice(at)}`;
    return trusted ? named : `${named} (outside)`;
  });
  return `${path}: ${places.join(", ") || "nowhere"}`;
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
