import type { Gate, Guarding, OnCoverage } from "@sallyport/core";
import { isLooseAgent } from "./agent-tool.ts";
import type { Handed } from "./handed.ts";
import { toDefinition } from "./to-call.ts";
import type { AnyTool } from "./native-agent.ts";

/** What everything that is guarded together shares. */
export interface AgentGuarding extends Guarding<Handed> {
  readonly gate: Gate;
  readonly onCoverage: OnCoverage | undefined;
  /** names of tools that may run although they are agents that nobody guarded */
  readonly except: ReadonlySet<string>;
}

/** The guard of one tool of one agent. */
export interface Guard extends AgentGuarding {
  /** the guarded agent that has the tool */
  readonly agent: object;
  readonly agentName: string;
  readonly name: string;
  /** the tool as it was, for agents that are made from this one */
  readonly origin: AnyTool;
  /** its own functions, which run */
  readonly native: Pick<AnyTool, "invoke" | "needsApproval">;
  readonly definition: () => Promise<object>;
  /** what the tool returns where it is an agent that waits itself */
  readonly waiting: string | undefined;
  /** it is an agent that nobody guarded: its own tools would run past the gate */
  readonly isLoose: boolean;
}

/** Makes the guard of a tool; `tool` is what runs, and `origin` what it was made of. */
export function guardFor(tool: AnyTool, origin: AnyTool, agent: object, guarding: AgentGuarding, waiting?: string): Guard {
  let definition: Promise<object> | undefined;
  const { name, invoke, needsApproval } = tool;
  return {
    ...guarding,
    agent,
    agentName: String(Reflect.get(agent, "name")),
    name,
    origin,
    // its own functions: the SDK finds the parser of a tool by its `invoke`
    native: { invoke, needsApproval },
    waiting,
    isLoose: waiting === undefined && isLooseAgent(tool) && !guarding.except.has(name),
    definition: async () => (definition ??= toDefinition(tool)),
  };
}
