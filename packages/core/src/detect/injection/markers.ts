import type { Probe } from "../probe.ts";

const ANGLE =
  /<(?:\|[a-z_]{2,24}\|>|<SYS>>|<\/SYS>>|\/?(?:system|system[-_ ](?:prompt|message|instructions?|override)|assistant|im_start|im_end|user_query|tool_response|function_results)(?: [^<>]{0,80})?>)/iy;
const SQUARE = /\[\/?(?:INST|SYS|SYSTEM|SYSTEM[ _](?:PROMPT|MESSAGE|OVERRIDE|NOTE)|ASSISTANT)\]/y;
const HEADING = /#{2,4} ?(?:system|instructions?|assistant|new instructions?|system (?:prompt|message|override)) ?:/iy;

/** Marks with which chats separate who speaks: in data they are somebody's who plays another part. */
export const probeMarker: Probe = (text, at, report) => {
  const char = text[at];
  const shape = char === "<" ? ANGLE : char === "[" ? SQUARE : HEADING;
  shape.lastIndex = at;
  if (!shape.test(text)) return at + 1;
  report("role-marker", at, shape.lastIndex, shape === ANGLE && text[at + 1] === "|" ? 0.95 : 0.7);
  return shape.lastIndex;
};
