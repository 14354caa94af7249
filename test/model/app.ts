/** The real thing: processes of an app on one store, and what their tools did. */
import {
  type Approval,
  createGate,
  type Gate,
  type JsonObject,
  type LedgerRecord,
  type ListableStore,
  type Outcome,
  type Proposal,
  type Session,
} from "@sallyport/core";
import type fc from "fast-check";
import { type Answer, ARGS, type Attempt, type CallView, denied, DONE, LOST, NONE, type Operation, UNKNOWN } from "./operation.ts";
import { APPROVERS, policyOf, VERSIONS, type Version } from "./policies.ts";
import { type Fault, fail, processStore } from "./process-store.ts";
import type { Timers } from "./timers.ts";
import { textOf, viewApproval, viewText } from "./world.ts";

const PROCESSES = 3;
const POLICIES = Object.fromEntries(VERSIONS.map((version) => [version, policyOf(version)]));

/** A run that goes on until it is told how to end. */
interface Held {
  readonly end: (fails: boolean) => void;
  readonly outcome: Promise<Outcome>;
}

/** An app in several processes, whose users do what they are told to. */
export class App {
  /** the store as anybody may have it open */
  readonly store: ListableStore;
  readonly timers: Timers;
  readonly #stores: readonly ListableStore[];
  readonly #clock: { now: number };
  readonly #gates: Gate[] = [];
  readonly #ran = new Map<string, string[]>();
  readonly #held = new Map<string, Held[]>();
  /** the approvals that somebody has seen, by session and call */
  readonly #approvals = new Map<string, string>();
  readonly #tried = new Set<string>();
  /** the answers that were taken, as their records have them */
  readonly #answered: (readonly [approval: string, decision: string, approver: string])[] = [];
  #version: Version = "base";

  private constructor(stores: readonly [ListableStore, ...ListableStore[]], clock: { now: number }, timers: Timers) {
    this.store = stores[0];
    this.#stores = stores;
    this.timers = timers;
    this.#clock = clock;
  }

  /** Starts the processes, each on one of these, which are one store. */
  static async open(stores: readonly [ListableStore, ...ListableStore[]], clock: { now: number }, timers: Timers): Promise<App> {
    const app = new App(stores, clock, timers);
    for (let process = 0; process < PROCESSES; process++) app.#gates.push(await app.#start(process));
    return app;
  }

  /** Does these at the same time, in an order that the scheduler says. */
  async perform(operations: readonly Operation[], scheduler: fc.Scheduler): Promise<readonly Answer[]> {
    return this.timers.race(operations.length > 1 ? scheduler : undefined, () => operations.map((operation) => this.#do(operation)));
  }

  /** All that can be seen, by a process that knows nothing but the store. */
  async view(): Promise<string> {
    return this.#viewFrom(await createGate({ policy: () => this.#policy(), store: this.store }));
  }

  /** The same, as each of the processes has it in memory. */
  async views(): Promise<readonly string[]> {
    return Promise.all(this.#gates.map((gate) => this.#viewFrom(gate)));
  }

  /** An answer that was taken and of which there is no record. */
  lostIn(records: readonly LedgerRecord[]): string | undefined {
    const kept = records.filter(({ type }) => type === "approval.verdict");
    const texts = new Set(kept.map(({ state }) => JSON.stringify([state["approval"], state["decision"], state["approver"]])));
    return this.#answered.map((answer) => JSON.stringify(answer)).find((answer) => !texts.has(answer));
  }

  #policy(): ReturnType<typeof policyOf> {
    return POLICIES[this.#version] ?? policyOf(this.#version);
  }

  async #start(process: number, fault?: Fault): Promise<Gate> {
    const store = processStore(this.#stores[process % this.#stores.length] ?? this.store, this.timers.turn, fault);
    return createGate({ policy: () => this.#policy(), store });
  }

  #gate(process: number): Gate {
    const gate = this.#gates[process];
    if (gate === undefined) throw new Error(`there is no process ${process}`);
    return gate;
  }

  async #do(operation: Operation): Promise<Answer> {
    switch (operation.do) {
      case "propose":
        return proposed(await this.#session(operation).propose(this.#call(operation), { resumed: operation.resumed }), operation.resumed);
      case "call":
        return this.#make(this.#session(operation), operation, operation.fails);
      case "hold":
        return this.#hold(operation);
      case "finish":
        return this.#finish(operation);
      case "fault":
        return this.#makeFaulty(operation);
      case "verdict":
        return this.#answer(operation);
      case "storm":
        return this.#storm(operation);
      case "policy":
        await this.timers.turn("policy");
        this.#version = operation.to;
        return DONE;
      case "wait":
        await this.timers.turn("clock");
        this.#clock.now += operation.ms;
        return DONE;
      case "restart":
        this.#gates[operation.process] = await this.#start(operation.process);
        return DONE;
    }
  }

  #session({ process, session, who }: Pick<Attempt, "process" | "session" | "who">, gate: Gate = this.#gate(process)): Session {
    return gate.session({ id: session, principal: { id: who }, agent: { id: "desk" } });
  }

  #call({ session, id, tool, args }: Attempt): Parameters<Session["call"]>[0] {
    this.#tried.add(`${session}/${id}`);
    return { id, tool, args: ARGS[args] ?? "no JSON" };
  }

  #effect({ session, id }: Attempt, args: JsonObject): void {
    const name = `${session}/${id}`;
    this.#ran.set(name, [...(this.#ran.get(name) ?? []), textOf(args)]);
  }

  async #make(session: Session, attempt: Attempt, fails: boolean): Promise<Answer> {
    const run = async (args: JsonObject): Promise<string> => {
      this.#effect(attempt, args);
      await this.timers.turn("tool");
      if (fails) throw new Error("it failed");
      return "done";
    };
    return ended(await session.call(this.#call(attempt), run, { signal: this.timers.patience() }));
  }

  async #hold(attempt: Attempt): Promise<Answer> {
    const name = `${attempt.session}/${attempt.id}`;
    const { promise: running, resolve: started } = Promise.withResolvers<Answer>();
    const { promise: result, resolve, reject } = Promise.withResolvers<string>();
    const run = (args: JsonObject): Promise<string> => {
      this.#effect(attempt, args);
      const end = (fails: boolean): void => (fails ? reject(new Error("it failed")) : resolve("done"));
      this.#held.set(name, [...(this.#held.get(name) ?? []), { end, outcome }]);
      started({ status: "running" });
      return result;
    };
    const outcome = this.#session(attempt).call(this.#call(attempt), run, { signal: this.timers.patience() });
    return Promise.race([running, outcome.then(ended)]);
  }

  async #finish({ session, id, fails }: Operation & { readonly do: "finish" }): Promise<Answer> {
    const name = `${session}/${id}`;
    const [first, ...others] = this.#held.get(name) ?? [];
    if (first === undefined) return NONE;
    this.#held.set(name, others);
    first.end(fails);
    return ended(await first.outcome);
  }

  async #makeFaulty(operation: Operation & { readonly do: "fault" }): Promise<Answer> {
    const [when, type = ""] = operation.point.split(" ");
    const fault = { when: when === "before" ? "before" : "after", type, id: operation.id } as const;
    return this.#doomed(operation.process, fault, operation.lost, (gate) => this.#make(this.#session(operation, gate), operation, false));
  }

  async #answer(operation: Operation & { readonly do: "verdict" }): Promise<Answer> {
    const { process, session, id, approver, decision, edit, outdated, dies } = operation;
    if (APPROVERS[approver].id === "" && !this.#approvals.has(`${session}/${id}`)) return { status: "rejected" };
    const approval = this.#approvals.get(`${session}/${id}`);
    if (approval === undefined) return NONE;
    const args = edit === undefined ? {} : { args: ARGS[edit] ?? "no JSON" };
    const verdict = { decision, approver: APPROVERS[approver], ...args, ...(outdated ? { digest: "other" } : {}) };
    const resolve = async (gate: Gate): Promise<Answer> => {
      const { status, rules } = await gate.approvals.resolve(approval, verdict);
      if (status !== "ignored") this.#answered.push([approval, decision, approver]);
      return { status, rules };
    };
    if (APPROVERS[approver].id === "") return resolve(this.#gate(process)).catch(() => ({ status: "rejected" }));
    if (!dies) return resolve(this.#gate(process));
    return this.#doomed(process, { when: "after", type: "approval.verdict", id: approval }, true, resolve);
  }

  /** In a process of its own, which meets a fault. */
  async #doomed(process: number, fault: Omit<Fault, "strike">, isLost: boolean, act: (gate: Gate) => Promise<Answer>): Promise<Answer> {
    const { promise: lost, resolve } = Promise.withResolvers<Answer>();
    const hang = (): Promise<never> => {
      resolve(LOST);
      return new Promise(() => undefined);
    };
    return Promise.race([lost, this.#start(process, { ...fault, strike: isLost ? hang : fail }).then(act)]);
  }

  async #storm({ session, calls }: Operation & { readonly do: "storm" }): Promise<Answer> {
    const who = (await this.#owner(session)) === "mallory" ? "mallory" : "ann";
    const rules: string[] = [];
    for (let at = 0; at < calls; at++) {
      const attempt: Attempt = { process: 0, session, who, id: `storm${at}`, tool: "fire", args: "hi" };
      const { decision } = await this.#session(attempt).propose(this.#call(attempt));
      rules.push(...decision.rules);
    }
    return { status: "storm", rules };
  }

  async #owner(session: string): Promise<unknown> {
    const [opened] = await this.store.read(`session//${session}`, 0);
    return opened?.state["principal"];
  }

  async #viewFrom(gate: Gate): Promise<string> {
    const approvals = new Map<string, Approval>();
    for (const approval of await gate.approvals.list()) approvals.set(`${approval.session}/${approval.call.id}`, approval);
    for (const [name, { id }] of approvals) this.#approvals.set(name, id);
    const view: Record<string, CallView> = {};
    for (const name of this.#tried) {
      const [session = "", id = ""] = name.split("/");
      const owner = await this.#owner(session);
      const principal = { id: typeof owner === "string" ? owner : "ann" };
      const outcome = owner === undefined ? undefined : await gate.session({ id: session, principal, agent: { id: "desk" } }).outcomeOf(id);
      const ran = this.#ran.get(name) ?? [];
      const approval = approvals.get(name);
      const status = outcome?.status ?? "none";
      const asked = approval && viewApproval(status, approval.status, approval.rules, textOf(approval.call.args));
      view[name] = { status, ran, ...(asked === undefined ? {} : { approval: asked }) };
    }
    return viewText(view);
  }
}

function proposed({ status, decision }: Proposal, resumed: boolean): Answer {
  if (status !== "deny") return { status };
  return resumed && decision.reason === "no approval is on record for exactly this call" ? { status: "refused" } : denied(decision.rules);
}

function ended(outcome: Outcome): Answer {
  switch (outcome.status) {
    case "denied":
      return denied(outcome.decision.rules);
    case "unknown":
      return UNKNOWN;
    case "completed":
    case "failed":
    case "pending":
      return { status: outcome.status };
  }
}
