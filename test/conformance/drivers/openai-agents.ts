import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, Runner, RunState, tool, type AgentInputItem, type RunContext } from "@openai/agents";
import {
  isYes,
  type AgentSetup,
  type AgentTool,
  type Answer,
  type Change,
  type Chat,
  type Driver,
  type Setup,
  type Stop,
  type WorldTool,
} from "@sallyport/conformance";
import { answerInterruption, applyVerdicts, approvalIdIn, guardAgent, loadState } from "@sallyport/openai/agents";
import { z } from "zod";
import { nativeModel } from "./openai-agents-model.ts";
import { rewritten } from "./rewrite.ts";
import { sessionsOf } from "./sessions-of.ts";

/** OpenAI Agents: `guardAgent`, the state of a run that waits kept by the app as a text. */
export const openaiAgentsDriver: Driver = {
  name: "openai-agents",
  open: async (setup) => new AgentsChat(setup),
};

/** What the app keeps of a chat: its items, and the state of the run that last waited. */
interface Kept {
  readonly history: AgentInputItem[];
  readonly pause: string | undefined;
}

type Marked = Readonly<Record<string, unknown>>;
type ChatAgent = Agent<Marked>;
type State = RunState<Marked, ChatAgent>;

class AgentsChat implements Chat {
  readonly #setup: Setup;
  readonly #file: string;
  readonly #agent: ChatAgent;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#file = join(setup.folder, "chat.json");
    this.#agent = agentOf("desk", setup, setup);
  }

  async run(text: string, signal: AbortSignal): Promise<Stop> {
    return this.#go([...this.#kept().history, { role: "user", content: text }], signal);
  }

  async resume(answer: Answer): Promise<Stop> {
    const { pause } = this.#kept();
    if (pause === undefined) return { paused: [], text: "", native: [] };
    const state: State = await loadState(this.#agent, pause, this.#setup.context);
    if (answer.kind === "wake") {
      const waiting = await applyVerdicts(this.#setup.gate, state);
      if (waiting.length > 0) return { paused: waiting.map(({ id }) => id), text: "", native: pause };
    } else await this.#answer(state, answer);
    return this.#go(state, new AbortController().signal);
  }

  async tamper(call: string, { args, tool }: Change): Promise<void> {
    const kept = this.#kept();
    const state: unknown = JSON.parse(kept.pause ?? "{}");
    const names: string[] = [];
    const isCall = ({ callId, name }: Readonly<Record<string, unknown>>): boolean => {
      if (callId === call) names.push(String(name));
      return callId === call;
    };
    const text = JSON.stringify(rewritten(state, isCall, args === undefined ? {} : { arguments: JSON.stringify(args) }));
    // the SDK names the tool of a call in many places, and refuses a state in which they differ
    const pause = tool === undefined ? text : text.replaceAll(new RegExp(`(\\\\?")${names[0]}(\\\\?")`, "g"), `$1${tool}$2`);
    this.#keep({ ...kept, pause });
  }

  async close(): Promise<void> {}

  /** Native answers; where the host says whose they are, its app makes verdicts of them first. */
  async #answer(state: State, answer: Answer): Promise<void> {
    const { gate, approver } = this.#setup;
    for (const item of state.getInterruptions()) {
      const yes = isYes(answer, String(Reflect.get(item.rawItem, "callId")));
      const edit = answer.kind === "edit" ? { args: answer.args } : {};
      if (approver !== undefined)
        for (const session of sessionsOf(this.#setup))
          await answerInterruption(gate, item, { decision: yes ? "approve" : "deny", approver, ...edit }, { session });
      if (yes) state.approve(item);
      else state.reject(item, { message: "not run: the user said no" });
    }
  }

  async #go(input: AgentInputItem[] | State, signal: AbortSignal): Promise<Stop> {
    const runner = new Runner({ tracingDisabled: true, toolNotFoundBehavior: "return_error_to_model" });
    const options = { maxTurns: 20, signal, ...(input instanceof RunState ? {} : { context: this.#setup.context }) };
    if (!this.#setup.streams) return this.#ended(await runner.run(this.#agent, input, options), []);
    const result = await runner.run(this.#agent, input, { ...options, stream: true });
    const events: unknown[] = [];
    for await (const event of result) events.push(event.type === "raw_model_stream_event" ? event.data : event.type);
    await result.completed;
    return this.#ended(result, events);
  }

  #ended(result: RunEnd, events: readonly unknown[]): Stop {
    const { interruptions, state, history, finalOutput } = result;
    const text = state.toString();
    const waits = interruptions.length > 0;
    this.#keep({ history, pause: waits ? text : this.#kept().pause });
    const paused = interruptions.flatMap((item) => approvalIdIn(item) ?? []);
    return { paused, text: !waits && typeof finalOutput === "string" ? finalOutput : "", native: { text, history, events } };
  }

  #kept(): Kept {
    return existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, "utf8")) : { history: [], pause: undefined };
  }

  #keep(kept: Kept): void {
    writeFileSync(this.#file, JSON.stringify(kept));
  }
}

/** What the SDK's results have in common. */
interface RunEnd {
  readonly interruptions: readonly { readonly rawItem: object }[];
  readonly state: { toString(): string };
  readonly history: AgentInputItem[];
  readonly finalOutput?: unknown;
}

function agentOf(name: string, agent: AgentSetup, setup: Setup): ChatAgent {
  const { gate, onCoverage, onFault } = setup;
  const tools = agent.tools.map((made) => (made.kind === "tool" ? nativeTool(made) : agentTool(made, setup)));
  const native = new Agent<Marked>({ name, instructions: "help", model: nativeModel(agent.model), tools });
  return guardAgent(native, gate, { session: agent.session, onCoverage, onFault });
}

/** A tool of the world as the SDK makes tools; what it throws is for the gate to see. */
function nativeTool({ name, description, schema, run }: WorldTool) {
  return tool<typeof schema, Marked>({
    name,
    description,
    parameters: schema,
    errorFunction: null,
    execute: async (args, runContext?: RunContext<Marked>, details?: object) => {
      const { toolCall, signal, idempotencyKey } = Object(details);
      return run(args, { callId: toolCall?.callId, signal, idempotencyKey, context: runContext?.context["marker"] });
    },
  });
}

/** An agent as a tool: its pauses are the outer run's. */
function agentTool({ name, description, agent }: AgentTool, setup: Setup) {
  return agentOf(name, agent, setup).asTool({
    toolName: name,
    toolDescription: description,
    parameters: z.object({ prompt: z.string() }),
    inputBuilder: ({ params }) => Object(params).prompt,
  });
}
