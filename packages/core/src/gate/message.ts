import { inspectInput, type InputInspection } from "../decide/inspect-text.ts";
import { SallyportError } from "../error.ts";
import { digestOf } from "../json/sha256.ts";
import type { Entry } from "../ledger/record.ts";
import { UNTRUSTED } from "../session/state.ts";
import type { Message, Observation } from "./contract.ts";
import { messageEntry } from "./entries.ts";
import { requestIn, type Moment } from "./moment.ts";
import { printIn } from "./origins.ts";

/** How many characters a message may have: what is longer cannot be looked through. */
const LONGEST = 16 * 1024 * 1024;

/** A text that enters the context, checked. */
export interface ParsedMessage {
  readonly role: Message["role"];
  readonly content: string;
  /** of role and content, so that the same text is recorded once */
  readonly digest: string;
}

/** Reads a message; throws SallyportError `invalid-input` for a role that is none, which must not pass for a trusted one. */
export function readMessage({ role, content }: Message): ParsedMessage {
  if (role !== "system" && role !== "user" && role !== "external")
    throw new SallyportError("invalid-input", `a message is of role \`system\`, \`user\` or \`external\`, not \`${String(role)}\``);
  if (typeof content !== "string") throw new SallyportError("invalid-input", "the content of a message is a text");
  if (content.length > LONGEST)
    throw new SallyportError("invalid-input", `a message has at most ${LONGEST} characters, not ${content.length}; shorten it`);
  const text = content.toWellFormed();
  return { role, content: text, digest: digestOf([role, text]) };
}

/** What the policy makes of a message, and what is written of it; the same text again is only told again. */
export function observe(
  moment: Moment,
  message: ParsedMessage,
): { readonly entries: readonly Entry[]; readonly observation: Observation; readonly inspection?: InputInspection } {
  const { role, content, digest } = message;
  const before = moment.state.messages.get(digest);
  if (before !== undefined) return { entries: [], observation: before };
  const inspection = inspectInput(moment.program, requestIn(moment), content);
  const { decision, rules, reason } = inspection;
  // a denied message does not enter the context: nothing was seen in it
  const print = decision === "deny" ? null : printIn(moment.state, content);
  const puts = [...new Set([...(role === "external" ? [UNTRUSTED] : []), ...inspection.puts])];
  return {
    entries: [messageEntry({ role, content: inspection.masked ?? content, digest, print, inspection, puts })],
    observation: { decision, rules, reason },
    inspection,
  };
}
