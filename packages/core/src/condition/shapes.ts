import { BOOL, listOf, nameOf, NUMBER, objectOf, type ObjectType, oneOf, STRING, type Type } from "./type.ts";

/** One member of a fact that conditions see. */
interface Member {
  readonly type: Type;
  /** one line of the reference */
  readonly says: string;
}

/** The members of a fact; it has no others. */
export type Members = Readonly<Record<string, Member>>;

const EFFECT = oneOf("read", "write", "side_effect", "unclassified");
const LABELS = listOf(nameOf("label"));

/** What conditions see of the tool that is called. */
export const TOOL_MEMBERS: Members = {
  name: { type: nameOf("tool"), says: "its name" },
  effect: { type: EFFECT, says: "what it can do, by the catalog" },
  trust: { type: oneOf("trusted", "untrusted"), says: "whether its results come from outside" },
  credential: { type: BOOL, says: "whether it bears credentials" },
  labels: { type: LABELS, says: "the labels that its results put on the session, by the catalog" },
};

/** What conditions see of a call that was claimed earlier. */
export const STEP_MEMBERS: Members = {
  tool: { type: nameOf("tool"), says: "the tool that was called" },
  effect: { type: EFFECT, says: "what that tool can do" },
  decision: { type: oneOf("allow", "approved"), says: "whether the policy allowed it or a human approved it" },
  labels: { type: LABELS, says: "the labels that it put on the session" },
  rows: { type: NUMBER, says: "the length of the longest array of its result, at most two levels down; 0 until it comes" },
  bytes: { type: NUMBER, says: "the length of its result in UTF-8; 0 until it comes" },
};

/** What conditions see of something that a detector found. */
export const FINDING_MEMBERS: Members = {
  detector: { type: STRING, says: "the detector that found it: `pii`, `secrets`, `prompt_injection`, `urls` or one of the policy's own" },
  kind: { type: STRING, says: "what it is: `email`, `iban`, …; `opaque`: a part that cannot be read" },
  confidence: { type: NUMBER, says: "how sure the detector is, from 0 to 1" },
};

/** What conditions see of the session. */
export const SESSION_MEMBERS: Members = {
  id: { type: STRING, says: "its id" },
  labels: { type: LABELS, says: "the labels that tools and rules have put on it" },
  steps: { type: listOf(shapeOf(STEP_MEMBERS)), says: "the calls that were claimed in it, in order" },
};

/** The type of a fact with these members. */
export function shapeOf(members: Members): ObjectType {
  return objectOf(Object.fromEntries(Object.entries(members).map(([name, { type }]) => [name, type])));
}
