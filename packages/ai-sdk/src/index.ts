export { approvalResponses, pendingApprovals, type ResponseOptions } from "./approval-responses.ts";
export { approvalIdIn, type CoverageGap, type OnCoverage, type OnFault, type SessionSource } from "@sallyport/core";
export { coverage } from "./coverage.ts";
export { guardTools, type Asked, type GuardedTools, type GuardOptions, type Handed, type ToolApproval } from "./guard-tools.ts";
export { policyMiddleware, type MiddlewareOptions, type PolicyMiddleware } from "./policy-middleware.ts";
