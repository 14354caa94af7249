export type { CoverageGap, GuardOptions, OnCoverage, OnFault, SessionSource } from "@sallyport/core";
export { answerInterruption, applyVerdicts, type InterruptionOptions, type WaitingState } from "./answer-interruption.ts";
export { coverage } from "./coverage.ts";
export { guardAgent, type AgentOptions, type AnyAgent } from "./guard-agent.ts";
export type { Handed } from "./handed.ts";
export { loadState } from "./load-state.ts";
export type { ModelSource } from "./policy-model.ts";
export { approvalIdIn } from "./stamp.ts";
