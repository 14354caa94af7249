import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { Command } from "@langchain/langgraph";
import { isYes, type Answer, type Change, type Chat, type Setup, type Stop } from "@sallyport/conformance";
import { openCheckpoints, type Checkpoints } from "./checkpoints.ts";

/** What a chat needs of a graph, however it was built. */
export interface PlayedGraph {
  invoke(input: GraphInput, config: RunnableConfig): Promise<unknown>;
  stream(
    input: GraphInput,
    config: RunnableConfig & { readonly streamMode: ("values" | "updates" | "messages")[] },
  ): Promise<AsyncIterable<unknown>>;
  getState(
    config: RunnableConfig,
  ): Promise<{ readonly next: readonly string[]; readonly config: RunnableConfig; readonly values: unknown }>;
}

/** What a graph is run with: a user's message, or what it is resumed with. */
export type GraphInput =
  | { readonly messages: { readonly role: "user"; readonly content: string }[] }
  | Command<unknown, Record<string, never>, never>;

/** What the app keeps of a pause: where it is, and what was asked. */
interface Pause {
  readonly config: RunnableConfig;
  readonly asked: readonly Asked[];
}

interface Asked {
  readonly approval: string;
  readonly call: string;
  readonly digest: string;
  readonly tool: string;
}

/** A chat that is a thread of a graph, with its checkpoints in a file. */
export class GraphChat implements Chat {
  readonly #setup: Setup;
  readonly #file: string;
  readonly #checkpoints: Checkpoints;
  readonly #graph: PlayedGraph;

  constructor(setup: Setup, build: (checkpoints: Checkpoints) => PlayedGraph) {
    this.#setup = setup;
    this.#file = join(setup.folder, "pause.json");
    this.#checkpoints = openCheckpoints(setup.folder);
    this.#graph = build(this.#checkpoints);
  }

  async run(text: string, signal: AbortSignal): Promise<Stop> {
    return this.#go({ messages: [{ role: "user", content: text }] }, { ...this.#thread(), signal });
  }

  async resume(answer: Answer): Promise<Stop> {
    const pause = this.#pause();
    if (pause === undefined) throw new Error("nothing waits");
    if (answer.kind === "wake") {
      const approvals = await Promise.all(pause.asked.map(({ approval }) => this.#setup.gate.approvals.get(approval)));
      const pending = approvals.flatMap((approval) => (approval?.status === "pending" ? [approval.id] : []));
      if (pending.length > 0) return { paused: pending, text: "", native: [] };
    }
    // a thread that went on in the meantime is resumed from the checkpoint at which it waited
    const { next } = await this.#graph.getState(this.#thread());
    return this.#go(
      new Command<unknown, Record<string, never>, never>({ resume: resumeValue(answer, pause.asked) }),
      next.length > 0 ? this.#thread() : at(pause, this.#thread()),
    );
  }

  async tamper(call: string, change: Change): Promise<void> {
    this.#checkpoints.tamper(call, change);
  }

  async close(): Promise<void> {
    this.#checkpoints.close();
  }

  #thread(): RunnableConfig {
    return { configurable: { thread_id: "chat", ...this.#setup.context }, recursionLimit: 100 };
  }

  async #go(input: GraphInput, config: RunnableConfig): Promise<Stop> {
    const { state, interrupts, native } = this.#setup.streams ? await this.#streamed(input, config) : await this.#invoked(input, config);
    const asked = interrupts.flatMap(askedIn);
    if (interrupts.length > 0) this.#keep({ config: (await this.#graph.getState(this.#thread())).config, asked });
    return { paused: asked.map(({ approval }) => approval), text: interrupts.length > 0 ? "" : lastText(state), native };
  }

  async #invoked(input: GraphInput, config: RunnableConfig): Promise<Ended> {
    const state = await this.#graph.invoke(input, config);
    return { state, interrupts: interruptsIn(state), native: state };
  }

  async #streamed(input: GraphInput, config: RunnableConfig): Promise<Ended> {
    const chunks: unknown[] = [];
    for await (const chunk of await this.#graph.stream(input, { ...config, streamMode: ["values", "updates", "messages"] }))
      chunks.push(chunk);
    const of = (mode: string): readonly unknown[] =>
      chunks.flatMap((chunk) => (Array.isArray(chunk) && chunk[0] === mode ? [chunk[1]] : []));
    return { state: of("values").at(-1), interrupts: of("updates").flatMap(interruptsIn), native: chunks };
  }

  #pause(): Pause | undefined {
    return existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, "utf8")) : undefined;
  }

  #keep(pause: Pause): void {
    writeFileSync(this.#file, JSON.stringify(pause));
  }
}

interface Ended {
  readonly state: unknown;
  readonly interrupts: readonly unknown[];
  readonly native: unknown;
}

/** The thread at the checkpoint of a pause. */
function at({ config: { configurable } }: Pause, thread: RunnableConfig): RunnableConfig {
  return { ...thread, configurable: { ...configurable, ...thread.configurable } };
}

function resumeValue(answer: Answer, asked: readonly Asked[]): unknown {
  if (answer.kind === "wake") return true;
  return {
    // what the page was asked, so that its answer is to that
    sallyport: asked.map(({ approval, call, digest }) => ({ approval, call, digest })),
    decisions: asked.map(({ tool, call }) => {
      if (answer.kind === "edit") return { type: "edit", editedAction: { name: tool, args: answer.args } };
      return { type: isYes(answer, call) ? "approve" : "reject" };
    }),
  };
}

function interruptsIn(state: unknown): readonly unknown[] {
  const interrupts: unknown = Reflect.get(Object(state), "__interrupt__");
  return Array.isArray(interrupts) ? interrupts.map((interrupt: unknown): unknown => Reflect.get(Object(interrupt), "value")) : [];
}

function askedIn(value: unknown): readonly Asked[] {
  const [ours, actions]: readonly unknown[] = [Reflect.get(Object(value), "sallyport"), Reflect.get(Object(value), "actionRequests")];
  if (!Array.isArray(ours) || !Array.isArray(actions)) return [];
  return ours.map((asked: unknown, at) => ({
    approval: String(Reflect.get(Object(asked), "approval")),
    call: String(Reflect.get(Object(asked), "call")),
    digest: String(Reflect.get(Object(asked), "digest")),
    tool: String(Reflect.get(Object(actions[at]), "name")),
  }));
}

/** What the last message of a state says. */
export function lastText(state: unknown): string {
  const messages: unknown = Reflect.get(Object(state), "messages");
  const last: BaseMessage | undefined = Array.isArray(messages) ? messages.at(-1) : undefined;
  return last === undefined || typeof last.content !== "string" ? "" : last.content;
}
