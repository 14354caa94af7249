import { requestText, type Approval } from "@sallyport/core";
import { PermissionDeniedError } from "openai";

/** The code of calls that wait. */
export const APPROVAL_REQUIRED = "approval_required";

/** The header of responses that the shield made, or went through: no server's error is taken for one of the gate's. */
export const GOVERNED = "x-sallyport-governed";

/** What an error says of the calls that wait. */
export interface ApprovalDetails {
  readonly message: string;
  readonly type: "approval_required";
  readonly code: "approval_required";
  readonly param: null;
  /** the id of the first approval that is waited for */
  readonly approval: string;
  /** the ids of all of them, in the order of the calls */
  readonly approvals: readonly string[];
}

/**
 * Calls wait for humans: nothing of them ran. The client throws it as its own `PermissionDeniedError` (403, code
 * `approval_required`, not tried again); where a stream had begun, as an `APIError` with that code. `instanceof
 * ApprovalRequired` finds both. Do the same again once the verdict is on record.
 *
 * @example
 * try {
 *   return await client.chat.completions.create({ model, messages, tools });
 * } catch (error) {
 *   if (error instanceof ApprovalRequired) return `waiting for approval ${error.error.approval}`;
 *   throw error;
 * }
 */
export class ApprovalRequired extends PermissionDeniedError {
  declare readonly error: ApprovalDetails;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && "code" in value && value.code === APPROVAL_REQUIRED && "headers" in value && isGoverned(value.headers);
  }
}

/** What an error says of these approvals. */
export function approvalDetails(approvals: readonly [Approval, ...Approval[]]): ApprovalDetails {
  const message = `not run: it waits for a human to approve it: ${approvals.map(requestText).join("; ")}`;
  const ids = approvals.map(({ id }) => id);
  return { message, type: APPROVAL_REQUIRED, code: APPROVAL_REQUIRED, param: null, approval: approvals[0].id, approvals: ids };
}

/** The error for calls that wait, for code that is not the client's. */
export function approvalRequired([first, ...others]: readonly [ApprovalDetails, ...ApprovalDetails[]]): ApprovalRequired {
  const message = [first, ...others].map(({ message }) => message).join("; ");
  const approvals = [...new Set([first, ...others].flatMap(({ approvals }) => approvals))];
  return new ApprovalRequired(403, { ...first, message, approvals }, undefined, new Headers({ [GOVERNED]: "1" }));
}

function isGoverned(headers: unknown): boolean {
  return headers instanceof Headers && headers.has(GOVERNED);
}
