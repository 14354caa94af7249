export { approvalResponses, pendingApprovals } from "./approval-responses.ts";
export { coverage, type CoverageGap, type OnCoverage } from "./coverage.ts";
export type { OnFault } from "./fault.ts";
export { approvalIdIn } from "./from-outcome.ts";
export { guardTools, type Asked, type GuardedTools, type GuardOptions, type Handed, type ToolApproval } from "./guard-tools.ts";
export { policyMiddleware, type MiddlewareOptions, type PolicyMiddleware } from "./policy-middleware.ts";
export type { SessionSource } from "./session-source.ts";
