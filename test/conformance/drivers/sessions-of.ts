import type { AgentSetup } from "@sallyport/conformance";
import type { SessionInit } from "@sallyport/core";

/** The sessions of an agent and of those that are its tools, as its app knows them. */
export function sessionsOf({ session, tools }: AgentSetup): readonly SessionInit[] {
  return [session(), ...tools.flatMap((tool) => (tool.kind === "agent" ? sessionsOf(tool.agent) : []))];
}
