import type { YAMLError } from "yaml";

/** What is wrong with a text that is no YAML, and where. */
interface Fault {
  readonly offset: number;
  readonly message: string;
}

/** The first thing that is wrong with a text: what comes after it are mostly consequences. */
export function firstFault(errors: readonly YAMLError[]): Fault | undefined {
  const [first] = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  if (first === undefined) return undefined;
  const offset = first.pos[0];
  if (first.code === "NON_STRING_KEY") return { offset, message: "a key is a name; a list or a mapping cannot be one" };
  const says = `${first.message.charAt(0).toLowerCase()}${first.message.slice(1)}`;
  if (!first.message.startsWith("Nested mappings")) return { offset, message: `${says}${INDENTATION.test(says) ? CHECK : ""}` };
  // text that goes on over lines up to a colon: the line with the colon was meant to be a key of its own
  const lines = errors.find(({ code, pos }) => code === "MULTILINE_IMPLICIT_KEY" && pos[0] === offset);
  if (lines === undefined) return { offset, message: `${says}; put a text with \`: \` in it in quotes` };
  return { offset: lines.pos[1] - 1, message: `this line goes on with what stands before it${CHECK}` };
}

const INDENTATION = /same column|without - indicator|^a block sequence may not|^implicit keys/;
const CHECK = "; check the indentation of this line";
