import { refusalText, SallyportError, type Approval, type OnFault } from "@sallyport/core";
import { approvalDetails, GOVERNED, type ApprovalDetails } from "./approval-required.ts";

/** What the client is told in the place of an answer: an error of its own kind, and nothing to try again. */
export class Refusal extends Error {
  readonly status: 403 | 502;
  readonly body: RefusalBody | ApprovalDetails;

  constructor(status: Refusal["status"], body: RefusalBody | ApprovalDetails) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

/** An error as the API writes it. */
export interface RefusalBody {
  readonly message: string;
  readonly type: string;
  readonly code: string;
  readonly param: null;
}

/** Calls of the answer wait for humans. */
export function waits(approvals: readonly [Approval, ...Approval[]]): Refusal {
  return new Refusal(403, approvalDetails(approvals));
}

/** The policy does not let the request go out. */
export function denied(code: string, message: string): Refusal {
  return new Refusal(403, { message, type: "policy_denied", code, param: null });
}

/** What the server sent is no answer that could be judged. */
export function unreadable(message: string): Refusal {
  return new Refusal(502, { message, type: "invalid_answer", code: "invalid_answer", param: null });
}

/** What is said to the client of whatever was thrown on the way; `onFault` gets what broke in the app. */
export function refusalOf(error: unknown, onFault: OnFault): Refusal {
  if (error instanceof Refusal) return error;
  if (SallyportError.isInstance(error) && error.code === "not-enforceable")
    return new Refusal(403, { message: error.message, type: "policy_denied", code: "not_enforceable", param: null });
  const message = refusalText(error, quiet(onFault));
  return new Refusal(403, { message, type: "gate_failed", code: "gate_failed", param: null });
}

/** A refusal as the response to a request; the client tries none of them again. */
export function toResponse({ status, body }: Refusal): Response {
  return new Response(JSON.stringify({ error: body }), {
    status,
    headers: { "content-type": "application/json", "x-should-retry": "false", [GOVERNED]: "1" },
  });
}

/** Whoever listens to faults may fail as well: the client would try again for that. */
function quiet(onFault: OnFault): OnFault {
  return (error) => {
    try {
      onFault(error);
    } catch {
      // there is nobody left to tell
    }
  };
}
