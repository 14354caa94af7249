import type { Answer, Done, Guise, Task } from "./messages.ts";
import type { PlannedCall } from "./plan.ts";
import type { Random } from "./random.ts";

/** How the rest of the run stands with a call. */
interface Progress {
  readonly planned: PlannedCall;
  tries: number;
  /** it has its end, as far as anyone was told */
  ended: boolean;
  repeated: boolean;
}

/** Something that is to be done at a time. */
interface Later {
  readonly task: Task;
  readonly due: number;
}

const ATTEMPTS = 60;

/** Faults of the moment: the same call may be answered otherwise the next time. */
const PASSING = new Set(["error:store", "error:aborted"]);

/** What has to be done yet, and what comes of what was done. */
export class Board {
  readonly #random: Random;
  readonly #calls = new Map<string, Progress>();
  readonly #ready: Task[] = [];
  #later: Later[] = [];
  #number = 0;
  #ended = 0;
  #isLast = false;

  constructor(planned: readonly PlannedCall[], random: Random) {
    this.#random = random;
    for (const call of planned) {
      this.#calls.set(call.call, { planned: call, tries: 0, ended: false, repeated: false });
      this.#ready.push(...this.#first(call));
    }
  }

  /** How much of the plan has come to an end, from 0 to 1. */
  get progress(): number {
    return this.#ended / this.#calls.size;
  }

  /** Whether nothing is left to be handed out, now or later. */
  get isEmpty(): boolean {
    return this.#ready.length === 0 && this.#later.length === 0;
  }

  /** The next that is to be done; attempts at the same call follow each other, so that they meet. */
  next(now: number): Task | undefined {
    const due = this.#later.filter((later) => later.due <= now);
    if (due.length > 0) {
      this.#later = this.#later.filter((later) => later.due > now);
      this.#ready.unshift(...due.map(({ task }) => task));
    }
    return this.#ready.shift();
  }

  /** Takes back what nobody had time for. */
  putBack(task: Task): void {
    this.#ready.unshift(task);
  }

  /** Takes what came of an attempt. */
  take(task: Task, { answer }: Pick<Done, "answer">, now: number): void {
    const call = this.#calls.get(task.call);
    if (call === undefined || task.guise !== "itself") return;
    // in the last round nobody waits for humans any more
    if (isEnd(answer, call.planned) || (this.#isLast && answer.status === "pending")) {
      if (!call.ended) this.#ended++;
      if (!call.ended && call.planned.attack !== undefined && call.tries === 0)
        this.#after(now, this.#again(call.planned, call.planned.attack), 0);
      call.ended = true;
      if (call.planned.again && !call.repeated) this.#after(now, this.#again(call.planned, "itself"), this.#random.between(10, 2_000));
      call.repeated = true;
    } else if (!call.ended && ++call.tries < ATTEMPTS) {
      if (answer.status === "pending" && call.tries === 1 && call.planned.attack !== undefined)
        this.#after(now, this.#again(call.planned, call.planned.attack), 0);
      this.#after(now, this.#again(call.planned, "itself"), this.#random.between(200, 1_500));
    } else if (!call.ended) {
      // left to the last round
      call.ended = true;
      this.#ended++;
    }
  }

  /** Takes back what a process did not get done before it was killed: somebody makes the same calls again. */
  giveBack(tasks: Iterable<Task>, now: number): void {
    for (const { dies: _, ...task } of tasks) this.#after(now, task, this.#random.between(0, 300));
  }

  /** Hands out once more, at once, what somebody does not come back with. */
  duplicate(tasks: Iterable<Task>): void {
    for (const { dies: _, ...task } of tasks) this.#ready.unshift({ ...task, number: ++this.#number });
  }

  /** A call was approved: before the app goes on with it, others try what they can do with that. */
  approved(id: string): void {
    const planned = this.#calls.get(id)?.planned;
    if (planned?.attack === undefined || planned.attack === "resumed") return;
    this.#ready.unshift(this.#again(planned, planned.attack), this.#again(planned, planned.attack));
  }

  /** Every call once more, as it was: what has its end keeps it. */
  lastRound(): void {
    this.#isLast = true;
    this.#ready.length = 0;
    this.#later = [];
    this.#ended = 0;
    for (const call of this.#calls.values()) {
      Object.assign(call, { ended: false, repeated: true, tries: 0 });
      this.#ready.push(this.#again(call.planned, "itself"));
    }
  }

  #first(call: PlannedCall): readonly Task[] {
    const { dies, at } = call;
    const tasks = Array.from({ length: at }, () => ({ ...this.#again(call, "itself"), races: at > 1 }));
    const [first, ...others] = tasks;
    return first === undefined || dies === undefined ? tasks : [{ ...first, dies }, ...others];
  }

  #again(planned: PlannedCall, guise: Guise): Task {
    const { session, principal, call, tool, args, takes, throws } = planned;
    const own = { number: ++this.#number, guise, session, principal, call, tool, args, takes, throws, races: false };
    switch (guise) {
      case "itself":
      case "resumed":
        return own;
      case "other args":
        return { ...own, args: { ...args, to: `account-of-somebody-else-${own.number}` } };
      case "stranger":
        return { ...own, principal: `not ${principal}` };
    }
  }

  #after(now: number, task: Task, wait: number): void {
    this.#later.push({ task, due: now + wait });
  }
}

function isEnd({ status, rules, reason }: Answer, { tool }: PlannedCall): boolean {
  switch (status) {
    case "completed":
    case "failed":
      return true;
    case "denied":
      return !rules.some((rule) => PASSING.has(rule));
    case "unknown":
      return tool !== "charge" && !reason.includes("another one runs the call");
    case "pending":
    case "allowed":
      return false;
  }
}
