export { approvalResponses, pendingApprovals, type ResponseOptions } from "./approval-responses.ts";
export { approvalIdIn, type CoverageGap, type GuardOptions, type OnCoverage, type OnFault, type SessionSource } from "@sallyport/core";
export { coverage } from "./coverage.ts";
export { guardTools, type GuardedTools } from "./guard-tools.ts";
export type { Handed } from "./handed.ts";
export { policyMiddleware, type MiddlewareOptions, type PolicyMiddleware } from "./policy-middleware.ts";
export type { Asked, ToolApproval } from "./tool-approval.ts";
