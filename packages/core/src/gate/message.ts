import { SallyportError } from "../error.ts";
import { digestOf } from "../json/sha256.ts";
import type { Entry } from "../ledger/record.ts";
import type { Message } from "./contract.ts";
import { messageEntry } from "./entries.ts";

/** A text that enters the context, with the labels it puts. */
export interface ParsedMessage {
  readonly entry: Entry;
  /** of role and content, so that the same text is recorded once */
  readonly digest: string;
}

/** Reads a message; throws SallyportError `invalid-input` for a role that is none, which must not pass for a trusted one. */
export function readMessage({ role, content }: Message): ParsedMessage {
  if (role !== "system" && role !== "user" && role !== "external")
    throw new SallyportError("invalid-input", `a message is of role \`system\`, \`user\` or \`external\`, not \`${String(role)}\``);
  if (typeof content !== "string") throw new SallyportError("invalid-input", "the content of a message is a text");
  const text = content.toWellFormed();
  const digest = digestOf([role, text]);
  return { digest, entry: messageEntry(role, text, digest, role === "external" ? ["untrusted"] : []) };
}
