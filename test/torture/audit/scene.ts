import { createGate, loadPolicy, memoryStore, type Gate, type ListableStore, type Outcome, type SessionInit } from "@sallyport/core";
import { argsDigest } from "../digest.ts";
import type { Answered, CountedEffect, Told } from "../messages.ts";
import { POLICY, type ToolName } from "../policy.ts";

/** A small run in one process, in which nothing is wrong, as an audit sees it. */
export interface Scene {
  readonly store: ListableStore;
  readonly effects: readonly CountedEffect[];
  readonly told: readonly Told[];
  readonly answered: readonly Answered[];
}

const SESSION: SessionInit = { id: "s1", principal: { id: "ann" }, agent: { id: "desk" } };

/** Plays a note, a payment, a wire, refunds, a charge that is run again, and a note of which nobody knows the end. */
export async function playScene(): Promise<Scene> {
  const player = new Player();
  await player.make("note", "n1");
  await player.make("note", "n2");
  await player.ask("pay", "p1", ["lea"]);
  await player.ask("wire", "w1", ["lea", "max"]);
  await player.make("refund", "r1");
  await player.make("refund", "r2");
  await player.make("wipe", "x1");
  await player.leave("charge", "h1");
  await player.leave("note", "u1");
  player.now += 120_000;
  await player.make("charge", "h1");
  await player.make("note", "u1");
  return player;
}

class Player implements Scene {
  now = 0;
  readonly store: ListableStore = memoryStore({ clock: () => this.now });
  readonly effects: CountedEffect[] = [];
  readonly told: Told[] = [];
  readonly answered: Answered[] = [];

  gate(): Promise<Gate> {
    return createGate({ policy: loadPolicy(POLICY), store: this.store });
  }

  /** Makes a call, to its end. */
  async make(tool: ToolName, call: string): Promise<Outcome> {
    const args = { to: "a", amount: 50, memo: call };
    const outcome = await (await this.gate()).session(SESSION).call({ id: call, tool, args }, (ran, { idempotencyKey: key }) => {
      const receipt = `receipt ${this.effects.length + 1}`;
      this.effects.push({
        session: "s1",
        principal: "ann",
        call,
        tool,
        digest: argsDigest(ran),
        amount: Number(ran["amount"]),
        key,
        receipt,
      });
      return receipt;
    });
    const { status, decision } = outcome;
    this.told.push({
      guise: "itself",
      session: "s1",
      principal: "ann",
      call,
      tool,
      digest: argsDigest(args),
      status,
      rules: decision.rules,
      reason: outcome.status === "unknown" ? outcome.reason : decision.reason,
      ...(outcome.status === "completed" ? { receipt: String(outcome.result) } : {}),
      ...(outcome.status === "pending" ? { approval: outcome.approval.id } : {}),
    });
    return outcome;
  }

  /** Makes a call that these approve, each for themselves. */
  async ask(tool: ToolName, call: string, approvers: readonly string[]): Promise<void> {
    const pending = await this.make(tool, call);
    if (pending.status !== "pending") throw new Error(`${call} does not wait`);
    const { id, call: asked } = pending.approval;
    for (const approver of approvers) {
      const said = {
        approval: id,
        approver,
        lead: true,
        decision: "approve",
        manner: "approves",
        digest: argsDigest(asked.args),
        edits: false,
      } as const;
      const { status } = await (
        await this.gate()
      ).approvals.resolve(id, { decision: "approve", approver: { id: approver, roles: ["lead"] } });
      this.answered.push({ kind: "intent", ...said }, { kind: "verdict", ...said, status });
    }
    await this.make(tool, call);
  }

  /** Makes a call and never comes back, after its effect. */
  async leave(tool: ToolName, call: string): Promise<void> {
    const args = { to: "a", amount: 50, memo: call };
    const gate = await this.gate();
    await new Promise<void>((resolve) => {
      void gate.session(SESSION).call({ id: call, tool, args }, (ran, { idempotencyKey: key }) => {
        this.effects.push({
          session: "s1",
          principal: "ann",
          call,
          tool,
          digest: argsDigest(ran),
          amount: 50,
          key,
          receipt: `left ${call}`,
        });
        resolve();
        return new Promise(() => undefined);
      });
    });
  }
}
