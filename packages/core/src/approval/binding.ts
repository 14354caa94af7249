import { digestOf } from "../json/sha256.ts";
import type { Pin } from "../session/state.ts";
import type { JsonObject } from "../value.ts";

/** All that an approval is for. */
export interface Bound {
  readonly pin: Pin;
  readonly call: string;
  readonly tool: string;
  /** digest of the tool's definition, or null */
  readonly definition: string | null;
  readonly args: JsonObject;
}

/** SHA-256 over the canonical JSON of what an approval binds: other args are another call. */
export function bindingDigest({ pin, call, tool, definition, args }: Bound): string {
  return digestOf({ tenant: pin.tenant, session: pin.session, call, principal: pin.principal, agent: pin.agent, tool, definition, args });
}

/** The id of the approval of one call; it stays when an approver edits the args. */
export function approvalId(digest: string): string {
  return `ap_${digest.slice(0, 24)}`;
}
