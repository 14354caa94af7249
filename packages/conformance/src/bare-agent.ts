import {
  callId,
  canonical,
  outcomeText,
  paused,
  proposalText,
  refusalText,
  releaseAnswer,
  toolDefinition,
  unfitText,
  type AnswerParts,
  type Call,
  type Gate,
  type Identity,
  type IdUse,
  type Json,
  type JsonObject,
  type Run,
  type Session,
} from "@sallyport/core";
import { z } from "zod";
import { isYes, type AgentSetup, type Answer, type SetupTool } from "./driver.ts";
import type { ShownResult, Turn, TurnPart } from "./script.ts";
import type { WorldTool } from "./world.ts";

/** What is stored of an agent between two requests. */
export interface BareState {
  readonly uses: readonly IdUse[];
  readonly shown: readonly ShownResult[];
  readonly batch: readonly BatchEntry[];
  /** what it said so far */
  readonly said: readonly string[];
}

/** A call of the model's last turn: what it is shown of it, the approval that it waits for, or the inner agent that waits. */
interface BatchEntry {
  readonly part: CallPart;
  readonly shown?: ShownResult;
  readonly approval?: string;
  readonly inner?: BareState;
}

type CallPart = TurnPart & { readonly kind: "call" };

/** What an agent runs with. */
interface Surroundings {
  readonly gate: Gate;
  readonly context: unknown;
  readonly signal: AbortSignal;
}

/** What somebody said to calls that wait, and whose verdict that is. */
interface Said {
  readonly answer: Answer;
  readonly approver: Identity | undefined;
}

/** A call at the gate. */
interface Entered {
  readonly session: Session;
  readonly call: Call;
  readonly tool: SetupTool | undefined;
}

/** An agent's loop: asks the model, proposes a batch in its order, runs what may run, and waits where it must. */
export class BareAgent {
  readonly #setup: AgentSetup;
  readonly #around: Surroundings;
  readonly #uses: IdUse[];
  readonly #shown: ShownResult[];
  readonly #said: string[];
  #batch: readonly BatchEntry[];

  constructor(setup: AgentSetup, around: Surroundings, state?: BareState) {
    this.#setup = setup;
    this.#around = around;
    this.#uses = [...(state?.uses ?? [])];
    this.#shown = [...(state?.shown ?? [])];
    this.#said = [...(state?.said ?? [])];
    this.#batch = state?.batch ?? [];
  }

  state(): BareState {
    return { uses: this.#uses, shown: this.#shown, batch: this.#batch, said: this.#said };
  }

  /** The approvals that the batch waits for, in its order. */
  waiting(): readonly string[] {
    return waitingIn(this.#batch);
  }

  /** Runs until the agent has said all, or waits; resolves to its last words. */
  async loop(): Promise<string> {
    for (;;) {
      this.#around.signal.throwIfAborted();
      const turn = this.#setup.model.next({ tools: await this.#offered(), results: this.#shown });
      // all that a turn says is released before any of its calls is proposed
      const text = await this.#say(turn);
      const calls = turn.filter((part) => part.kind === "call");
      if (calls.length === 0) return text;
      await this.#start(calls);
      if (!this.#close()) return "";
    }
  }

  /** Goes on with the batch that waits. */
  async resume(said: Said): Promise<string> {
    if (said.answer.kind === "wake" && (await this.#isUndecided())) return "";
    const settled: BatchEntry[] = [];
    for (const entry of this.#batch) settled.push(entry.approval === undefined ? entry : await this.#answer(entry, entry.approval, said));
    this.#batch = await Promise.all(settled.map((entry) => this.#run(entry, said)));
    return this.#close() ? this.loop() : "";
  }

  /** Each text of a turn is an output, also beside calls; those that follow each other are one. */
  async #say(turn: Turn): Promise<string> {
    if (turn.every(({ kind }) => kind === "call")) return "";
    const shown = await releaseAnswer(this.#around.gate.session(this.#setup.session()), turn, PARTS);
    const texts = shown.flatMap((part) => (part.kind === "text" ? [part.text] : []));
    this.#said.push(...texts);
    return texts.join("");
  }

  async #offered(): Promise<readonly string[]> {
    return this.#around.gate.session(this.#setup.session()).offer(this.#setup.tools.map(({ name }) => name));
  }

  /** The whole batch is proposed before anything of it runs. */
  async #start(calls: readonly CallPart[]): Promise<void> {
    const proposed: BatchEntry[] = [];
    for (const part of calls) {
      this.#uses.push({ id: part.id, kind: "proposed" });
      proposed.push(await this.#propose(part));
    }
    this.#batch = await Promise.all(proposed.map((entry) => this.#run(entry)));
  }

  /** Takes the answers of a batch that has them all; false: it waits. */
  #close(): boolean {
    if (this.waiting().length > 0) return false;
    for (const { part, shown } of this.#batch) {
      this.#uses.push({ id: part.id, kind: "answered" });
      if (shown !== undefined) this.#shown.push(shown);
    }
    this.#batch = [];
    return true;
  }

  async #propose(part: CallPart): Promise<BatchEntry> {
    return this.#entering(part, async ({ session, call }) => {
      const proposal = await session.propose(call);
      if (proposal.status === "pending" && proposal.approval !== undefined) return { part, approval: proposal.approval.id };
      return proposal.status === "allow" ? { part } : { part, shown: refusal(part, proposalText(proposal)) };
    });
  }

  /** Whether some call of the batch waits for a verdict that nobody has given. */
  async #isUndecided(): Promise<boolean> {
    const approvals = await Promise.all(this.waiting().map((id) => this.#around.gate.approvals.get(id)));
    return approvals.some((approval) => approval?.status === "pending");
  }

  /** A native answer wakes the agent; it is a verdict only where the host says whose. */
  async #answer(entry: BatchEntry, approval: string, { answer, approver }: Said): Promise<BatchEntry> {
    const { part } = entry;
    const yes = isYes(answer, part.id);
    if (approver !== undefined && answer.kind !== "wake") {
      const edit = answer.kind === "edit" ? { args: answer.args } : {};
      await this.#around.gate.approvals.resolve(approval, { decision: yes ? "approve" : "deny", approver, ...edit });
    } else if (!yes) return { part, shown: refusal(part, "the user said no") };
    return this.#entering(part, async ({ session, call }) => {
      const proposal = await session.propose(call, { resumed: true });
      if (proposal.status === "allow") return { part };
      return proposal.approval?.status === "pending" ? entry : { part, shown: refusal(part, proposalText(proposal)) };
    });
  }

  async #run(entry: BatchEntry, said?: Said): Promise<BatchEntry> {
    const { part, shown, approval } = entry;
    if (shown !== undefined || approval !== undefined) return entry;
    return this.#entering(part, async ({ session, call, tool }) => {
      let inner: BareAgent | undefined;
      const run: Run = async (args, { signal, idempotencyKey }) => {
        if (tool === undefined) throw new Error("there is no such tool");
        if (tool.kind === "tool" && !fits(tool, args)) throw new Error(unfitText(part.tool));
        if (tool.kind === "tool") return tool.run(args, { callId: part.id, signal, idempotencyKey, context: this.#around.context });
        inner = new BareAgent(tool.agent, { ...this.#around, signal }, entry.inner);
        const text = await (entry.inner === undefined || said === undefined ? inner.loop() : inner.resume(said));
        return inner.waiting().length > 0 ? paused : text;
      };
      const outcome = await session.call(call, run, { signal: this.#around.signal });
      if (inner !== undefined && inner.waiting().length > 0) return { part, inner: inner.state() };
      if (outcome.status === "completed") return { part, shown: { call: part.id, kind: "result", content: outcome.result } };
      return { part, shown: refusal(part, outcomeText(outcome)) };
    });
  }

  /** Args that the tool's own schema refuses never reach the gate; what the host throws on the way to it refuses. */
  async #entering(part: CallPart, enter: (entered: Entered) => Promise<BatchEntry>): Promise<BatchEntry> {
    const tool = this.#setup.tools.find(({ name }) => name === part.tool);
    const schema = tool?.kind === "tool" ? tool.schema : z.object({ prompt: z.string() });
    const parsed = tool === undefined ? { success: true as const, data: part.args } : schema.safeParse(part.args);
    if (!parsed.success) return { part, shown: refusal(part, parsed.error.message) };
    const definition = await toolDefinition(part.tool, tool?.description, () => (tool === undefined ? undefined : z.toJSONSchema(schema)));
    const call = { id: callId(part.id, this.#uses), tool: part.tool, args: parsed.data, definition };
    try {
      return await enter({ session: this.#around.gate.session(this.#setup.session()), call, tool });
    } catch (error) {
      return {
        part,
        shown: refusal(
          part,
          refusalText(error, () => undefined),
        ),
      };
    }
  }
}

const PARTS: AnswerParts<TurnPart> = {
  read: (part) => (part.kind === "text" ? part : { kind: "other" }),
  rewrite: (_, text) => ({ kind: "text", text }),
};

/** Whether a tool's own schema takes args that a rule or an approver may have changed, and leaves them as they are. */
function fits({ schema }: WorldTool, args: JsonObject): boolean {
  const { success, data } = schema.safeParse(args);
  if (!success) return false;
  const copy: Json = JSON.parse(JSON.stringify(data));
  return canonical(copy) === canonical(args);
}

/** The approvals that a batch waits for, also those of agents in it. */
function waitingIn(batch: readonly BatchEntry[]): readonly string[] {
  return batch.flatMap(({ shown, approval, inner }) => {
    if (shown !== undefined) return [];
    return [...(approval === undefined ? [] : [approval]), ...waitingIn(inner?.batch ?? [])];
  });
}

function refusal(part: CallPart, content: string): ShownResult {
  return { call: part.id, kind: "refusal", content };
}
