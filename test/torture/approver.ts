/**
 * A process of approvers: looks at what is pending and answers it, in a manner that the seed gives to each approval. What it is
 * about to answer is logged before, and how the answer was taken after it.
 */
import { flushCompileCache } from "node:module";
import { setTimeout } from "node:timers/promises";
import {
  createGate,
  loadPolicy,
  openApprovals,
  SallyportError,
  type Approval,
  type Approvals,
  type Store,
  type Verdict,
} from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { clockOf } from "./clock.ts";
import { argsDigest } from "./digest.ts";
import { Log } from "./log.ts";
import type { Answered, Manner, Orders, Resolved } from "./messages.ts";
import { POLICY } from "./policy.ts";
import { Random } from "./random.ts";

const MANNERS: readonly (readonly [Manner, number])[] = [
  ["approves", 50],
  ["denies", 7],
  ["edits", 14],
  ["answers twice", 9],
  ["answers late", 6],
  ["lets expire", 7],
  ["is no lead", 7],
];

/** how long an approval waits for one who answers late, in milliseconds of the store's clock: longer than it is good for */
const LATE = 41 * 60_000;

/** Somebody who answers. */
class Approver {
  readonly #orders: Orders;
  readonly #approvals: Approvals;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #answered = new Set<string>();
  readonly #late = new Map<string, { readonly approval: Approval; readonly due: number }>();

  constructor(orders: Orders, approvals: Approvals, log: Log) {
    this.#orders = orders;
    this.#approvals = approvals;
    this.#log = log;
    this.#now = clockOf(orders.clock);
  }

  /** Answers what is pending, and what was to be answered later. */
  async work(): Promise<void> {
    for (const approval of await this.#approvals.list({ status: "pending" })) {
      const key = `${approval.id} ${approval.digest}`;
      if (this.#answered.has(key)) continue;
      await this.#answer(approval);
      this.#answered.add(key);
    }
    for (const [id, { approval, due }] of this.#late) {
      if (due > this.#now()) continue;
      this.#late.delete(id);
      await this.#say(approval, "answers late", "approve");
    }
  }

  async #answer(approval: Approval): Promise<void> {
    // the name of a process that was killed goes on in the one that takes its place
    const random = Random.of(this.#orders.seed, `${approval.id} ${nameOf(this.#orders)}`);
    const manner = random.weighted(MANNERS);
    switch (manner) {
      case "approves":
        return this.#say(approval, manner, "approve");
      case "denies":
        return this.#say(approval, manner, "deny");
      case "edits":
        if (approval.editable.length === 0) return this.#say(approval, "approves", "approve");
        return this.#say(approval, manner, "approve", { ...approval.call.args, memo: `edited by ${nameOf(this.#orders)}` });
      case "answers twice":
        await this.#say(approval, manner, "approve");
        return this.#say(approval, manner, random.chance(0.5) ? "approve" : "deny");
      case "answers late":
        this.#late.set(approval.id, { approval, due: this.#now() + LATE });
        return;
      case "lets expire":
        return;
      case "is no lead":
        await this.#say(approval, manner, random.chance(0.5) ? "approve" : "deny");
        return this.#say(approval, "approves", "approve");
    }
  }

  async #say(approval: Approval, manner: Manner, decision: Verdict["decision"], edit?: Verdict["args"]): Promise<void> {
    const lead = manner !== "is no lead";
    const approver = lead ? nameOf(this.#orders) : `${nameOf(this.#orders)}'s guest`;
    const digest = argsDigest(edit ?? approval.call.args);
    const said = { approval: approval.id, approver, lead, decision, manner, digest, edits: edit !== undefined } as const;
    await this.#log.write({ kind: "intent", ...said } satisfies Answered);
    const { status } = await this.#approvals.resolve(approval.id, {
      decision,
      approver: { id: approver, roles: lead ? ["lead"] : [] },
      digest: approval.digest,
      ...(edit === undefined ? {} : { args: edit }),
    });
    await this.#log.write({ kind: "verdict", ...said, status } satisfies Answered);
    process.send?.({ session: approval.session, call: approval.call.id, status } satisfies Resolved);
  }
}

function nameOf({ name }: Orders): string {
  return name.split(".")[0] ?? name;
}

/** Some approvers' processes have the policy, as an app has; others see only the store, as a command line does. */
async function approvalsOf(orders: Orders, store: Store): Promise<Approvals> {
  if (nameOf(orders).endsWith("2")) return openApprovals(store);
  return (await createGate({ policy: loadPolicy(POLICY), store })).approvals;
}

async function main(orders: Orders): Promise<void> {
  const log = await Log.open(`${orders.logs}/approver-${orders.name}.jsonl`);
  const store = sqliteStore(orders.store, { clock: clockOf(orders.clock) });
  const approver = new Approver(orders, await approvalsOf(orders, store), log);
  process.on("disconnect", () => process.exit());
  // one that is killed would leave nothing compiled to the next
  flushCompileCache();
  process.send?.("ready");
  for (;;) {
    try {
      await approver.work();
    } catch (error) {
      // a store that hangs, is full or read-only takes no answer now: what was not answered stays pending
      if (!SallyportError.isInstance(error) || error.code !== "store-failed") throw error;
    }
    await setTimeout(100 + 200 * Math.random());
  }
}

const [, , orders] = process.argv;
if (orders !== undefined) {
  const parsed: Orders = JSON.parse(orders);
  await main(parsed);
}
