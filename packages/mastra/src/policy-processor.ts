import type {
  ProcessInputStepArgs,
  Processor,
  ProcessOutputStepArgs,
  ProcessOutputStreamArgs,
  ProcessToolResultArgs,
} from "@mastra/core/processors";
import {
  guardingOf,
  refusalText,
  SallyportError,
  unshownText,
  type CoverageGap,
  type Gate,
  type GuardOptions,
  type Session,
} from "@sallyport/core";
import { gapOf } from "./coverage.ts";
import { optional, textIn, type Handed } from "./handed.ts";
import { guardOf } from "./mark.ts";
import { proposeCalls, ranPast, type Offered } from "./message-calls.ts";
import { OutputFlow } from "./output-flow.ts";

/** How an agent's processor finds the session. */
export interface ProcessorOptions extends GuardOptions<Handed> {
  /** the session of the tools; a processor is not told the run's id, so it cannot be made of that */
  readonly session: GuardOptions<Handed>["session"];
  /** names of tools that may run past the gate, such as `agent-billing` where that agent's own tools are guarded */
  readonly except?: readonly string[];
}

/** A processor of both an agent's input and its output. */
export interface PolicyProcessor extends Processor<"sallyport"> {
  readonly processInputStep: NonNullable<Processor["processInputStep"]>;
  readonly processOutputStream: NonNullable<Processor["processOutputStream"]>;
  readonly processOutputStep: NonNullable<Processor["processOutputStep"]>;
  readonly processToolResult: NonNullable<Processor["processToolResult"]>;
}

/**
 * A processor for an agent, to be given both as one of its `inputProcessors` and as one of its `outputProcessors`: the model
 * sees only tools that some call of the session might use, its texts and its reasoning go out only as rules on output release
 * them, all calls of a message are proposed in its order before any of them runs, calls of tools that do not exist or were hidden are on record, and what the provider's own tools returned
 * counts as text from outside. Tools that run past the gate are reported as they turn up.
 *
 * @example
 * const policy = policyProcessor(gate, { session });
 * new Agent({ …, tools, inputProcessors: [policy], outputProcessors: [policy] });
 */
export function policyProcessor(gate: Gate, options: ProcessorOptions): PolicyProcessor {
  const open = opener(gate, options);
  const { onFault } = guardingOf(gate, options);
  // by the state that Mastra keeps for a run
  const flows = new WeakMap<object, OutputFlow>();
  const except = new Set(options.except);
  const said = new Set(except);
  const report = (tool: string, gap: CoverageGap["gap"]): void => {
    if (!said.has(tool)) gate.report({ tool, gap }, options.onCoverage);
    said.add(tool);
  };
  return {
    id: "sallyport",
    async processInputStep(step) {
      const session = await open(step);
      const tools = step.tools ?? {};
      for (const [name, tool] of Object.entries(tools)) if (guardOf(tool) === undefined) report(name, gapOf(tool) ?? "unguarded");
      const names = step.activeTools ?? Object.keys(tools);
      const offered = new Set(await session.offer(names.map((name) => nameOf(name, tools[name]))));
      const activeTools = names.filter((name) => except.has(name) || offered.has(nameOf(name, tools[name])));
      remember(step, { tools, active: new Set(activeTools) });
      return { activeTools };
    },
    async processOutputStream(step) {
      try {
        const flow = flows.get(step.state) ?? new OutputFlow(await open(step));
        flows.set(step.state, flow);
        return await flow.next(step);
      } catch (error) {
        // Mastra logs what a processor throws, and goes on with the chunk as it was
        return step.abort(unshownText(error, onFault));
      }
    },
    async processOutputStep(step) {
      if (step.toolCalls !== undefined) await proposeCalls(step, recall(step), await open(step));
      return step.messages;
    },
    async processToolResult(step) {
      if (step.providerExecuted === true) {
        report(step.toolName, "provider-executed");
        const session = await open(step);
        await session.observe({ role: "external", content: JSON.stringify(step.result) ?? "" });
      } else if (isOffered(step.state["offered"]) && ranPast(step, step.state["offered"], await open(step)))
        report(step.toolName, "unguarded");
      return step.messages;
    },
  };
}

type Step = ProcessInputStepArgs | ProcessOutputStreamArgs | ProcessOutputStepArgs | ProcessToolResultArgs;

/** Opens the session of a step. What the app's own code throws ends the run, and Mastra hands errors on to clients. */
function opener(gate: Gate, options: ProcessorOptions): (step: Step) => Promise<Session> {
  const { open, onFault } = guardingOf(gate, options);
  return async (step) => {
    try {
      return await open(handedTo(step));
    } catch (error) {
      throw new SallyportError("denied", refusalText(error, onFault));
    }
  };
}

/** Mastra keeps a processor's state from the input of a model call to its output. */
function remember({ state }: ProcessInputStepArgs, offered: Offered): void {
  state["offered"] = offered;
}

function recall({ state }: ProcessOutputStepArgs): Offered {
  const offered: unknown = state["offered"];
  if (isOffered(offered)) return offered;
  throw new SallyportError("invalid-input", "`policyProcessor` is in `outputProcessors` alone: put the same one into `inputProcessors`");
}

function isOffered(value: unknown): value is Offered {
  return typeof value === "object" && value !== null && "tools" in value && "active" in value;
}

function nameOf(key: string, tool: unknown): string {
  return guardOf(tool)?.name ?? key;
}

/** The run's thread as Mastra keeps it; that of a message may be a client's. */
function handedTo({ requestContext, messageList, agent }: Step): Handed {
  const run: unknown = messageList && Reflect.get(messageList, "memoryInfo");
  return {
    requestContext,
    ...(agent === undefined ? {} : { agentId: agent.id }),
    ...optional("threadId", textIn(run, "threadId")),
    ...optional("resourceId", textIn(run, "resourceId")),
  };
}
