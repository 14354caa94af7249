import { SallyportError } from "../error.ts";
import type { Gate, OnCoverage, Session } from "../gate/contract.ts";
import { logFault, type OnFault } from "./fault.ts";
import { sessionOpener, type SessionSource } from "./session-source.ts";

/** How tools are guarded, in every framework; `Native` is what it hands to its tools. */
export interface GuardOptions<Native> {
  /** the session that the calls belong to; a function where the same tools serve many chats */
  readonly session: SessionSource<Native>;
  readonly onCoverage?: OnCoverage;
  readonly onFault?: OnFault;
}

/** How a call gets to the gate, and who hears where it does not. */
export interface Guarding<Native> {
  readonly open: (native: Native) => Promise<Session>;
  readonly onFault: OnFault;
}

/** What the options come to; throws a SallyportError `invalid-input` at once where they name no session. */
export function guardingOf<Native>(gate: Gate, options: GuardOptions<Native>): Guarding<Native> {
  return { open: sessionOpener(gate, options), onFault: options.onFault ?? logFault };
}

/** A record like the one it got, with each of its own tools guarded. */
export function guardEach<Tool, Tools extends Readonly<Record<string, Tool>>>(
  tools: Tools,
  guard: <T extends Tool>(name: string, tool: T) => T,
): Tools {
  const guarded: Tools = { ...tools };
  for (const name in tools) {
    const tool = tools[name];
    if (tool !== undefined && Object.hasOwn(tools, name)) guarded[name] = guard(name, tool);
  }
  return guarded;
}

/** What is thrown where a tool is to be guarded that is guarded already: each call would pass the gate twice. */
export function guardedTwice(tool: string): SallyportError {
  return new SallyportError("invalid-input", `\`${tool}\` is guarded already; guard each tool once`);
}
