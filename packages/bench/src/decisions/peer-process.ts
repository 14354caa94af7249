import { generate } from "./generate.ts";
import { PEERS } from "./peers/peers.ts";
import type { Order, Report } from "./runner.ts";
import type { Answer, Recipe } from "./workload.ts";

/** How long a round takes about, in microseconds of CPU. */
const ROUND = 100_000;

/** After so many requests it is known how long all of them will take. */
const SAMPLE = 50;

/** Decides the requests of one workload by one peer, and waits for its turn before each round. */
async function serve(peerName: string, recipe: Recipe): Promise<void> {
  const peer = PEERS.find(({ name }) => name === peerName);
  if (peer === undefined) throw new Error(`there is no peer \`${peerName}\``);
  const workload = generate(recipe);
  const prepared = await peer.prepare(workload);
  const tasks = workload.requests.map(prepared.adopt);
  const rounds = new Rounds(tasks);
  process.on("message", (order: Order) => {
    try {
      send(
        order.order === "check" ? { report: "answers", answers: check(tasks, order.seconds) } : { report: "round", micros: rounds.next() },
      );
    } catch (error) {
      send({ report: "fault", message: String(error) });
    }
  });
}

/** Rounds over the same requests; each goes on where the one before ended. */
class Rounds {
  readonly #tasks: readonly (() => Answer)[];
  #at = 0;
  /** how many decisions make a round, as far as the last one tells */
  #length = 0;

  constructor(tasks: readonly (() => Answer)[]) {
    this.#tasks = tasks;
  }

  /** One round: microseconds of CPU a decision. */
  next(): number {
    if (this.#length === 0) this.#fit(this.#run(20));
    const micros = this.#run(this.#length);
    this.#fit(micros);
    return micros;
  }

  #fit(micros: number): void {
    this.#length = Math.max(1, Math.ceil(ROUND / Math.max(micros, 0.001)));
  }

  #run(count: number): number {
    const [start, tasks] = [process.cpuUsage(), this.#tasks];
    let [at, seen] = [this.#at, 0];
    for (let made = 0; made < count; made++) {
      seen += tasks[at]?.().rules.length ?? 0;
      at = at + 1 === tasks.length ? 0 : at + 1;
    }
    this.#at = at;
    const { user, system } = process.cpuUsage(start);
    // what nobody looks at need not be computed
    return seen < 0 ? 0 : (user + system) / count;
  }
}

function check(tasks: readonly (() => Answer)[], seconds: number): readonly Answer[] | undefined {
  const start = process.cpuUsage();
  const answers: Answer[] = [];
  for (const task of tasks) {
    const { decision, rules } = task();
    answers.push({ decision, rules: rules.filter((rule) => !rule.startsWith("default:")) });
    if (answers.length % SAMPLE !== 0) continue;
    const { user, system } = process.cpuUsage(start);
    if (((user + system) / answers.length) * tasks.length > seconds * 1_000_000) return undefined;
  }
  return answers;
}

function send(report: Report): void {
  process.send?.(report);
}

const [peer = "", recipe = "{}"] = process.argv.slice(2);
await serve(peer, JSON.parse(recipe));
