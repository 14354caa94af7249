export type { CoverageGap, GuardOptions, OnCoverage, OnFault, SessionSource } from "@sallyport/core";
export { answerRequest, type RequestOptions } from "./answer-request.ts";
export { coverage } from "./coverage.ts";
export { approvalIdIn, type Denial } from "./from-outcome.ts";
export { guardTool, guardTools } from "./guard-tools.ts";
export type { AnyTool } from "./mark.ts";
export type { Handed } from "./handed.ts";
export { policyHooks, type HookOptions, type PolicyHooks } from "./policy-hooks.ts";
export { policyProcessor, type PolicyProcessor, type ProcessorOptions } from "./policy-processor.ts";
