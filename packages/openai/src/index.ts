export { approvalIdIn, type CoverageGap, type GuardOptions, type OnCoverage, type OnFault, type SessionSource } from "@sallyport/core";
export { ApprovalRequired, type ApprovalDetails } from "./approval-required.ts";
export { callResponseTools, callTools, type CallOptions, type CallResponseToolsOptions, type CallToolsOptions } from "./call-tools.ts";
export { coverage } from "./coverage.ts";
export type { ToolControl, ToolHanded } from "./guard.ts";
export { guardTools } from "./guard-tools.ts";
export type { GuardedTools } from "./mark.ts";
export { shieldClient } from "./shield-client.ts";
export type { Handed, ShieldOptions } from "./shield.ts";
