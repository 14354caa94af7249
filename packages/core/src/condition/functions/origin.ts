import type { Run } from "../code/run.ts";
import { isJson, isList, isRecord, type Value } from "../code/value.ts";
import type { OriginFacts } from "../facts.ts";
import { ConditionError } from "../fault.ts";
import { BOOL, listOf, STRING } from "../type.ts";
import type { Json } from "../../value.ts";
import { type Builtin, codeOf } from "./builtin.ts";

const ANY_VALUE = [["null", "bool", "number", "string", "list", "object"]] as const;

/** The functions over where the values of a session were seen. */
export const ORIGIN_FUNCTIONS: readonly Builtin[] = [
  {
    name: "origins",
    says: "where the leaves of a value were seen: `user`, `system`, `policy`, `external`, `tool:NAME#CALL`; in rules that deny, label, set or redact",
    example: '"tool:read_email#c1" in origins(args.to)',
    style: "function",
    params: ANY_VALUE,
    result: listOf(STRING),
    reads: "origins",
    hides: "any",
    code: asking("origins", (facts, value) => facts.originsOf(value)),
  },
  {
    name: "from_user",
    says: "whether it has leaves, and each was seen in a user message",
    example: "from_user(args.to)",
    style: "function",
    params: ANY_VALUE,
    result: BOOL,
    reads: "origins",
    code: asking("from_user", (facts, value) => facts.isFromUser(value)),
  },
  {
    name: "from_trusted",
    says: "whether it has leaves, and each was seen in user or system text, in the result of a trusted tool, or written by the policy",
    example: "from_trusted(args.account)",
    style: "function",
    params: ANY_VALUE,
    result: BOOL,
    reads: "origins",
    code: asking("from_trusted", (facts, value) => facts.isFromTrusted(value)),
  },
  {
    name: "from_untrusted",
    says: "whether some leaf was seen in untrusted text, and not before that in a user message; in rules that allow or ask under `&&`, `||`, `exists` and `all` only",
    example: "external && from_untrusted(args.to)",
    style: "function",
    params: ANY_VALUE,
    result: BOOL,
    reads: "origins",
    hides: "false",
    code: asking("from_untrusted", (facts, value) => facts.isFromUntrusted(value)),
  },
  {
    name: "unseen",
    says: "whether some leaf was seen nowhere; a boolean or null is from nobody. In rules that allow or ask under `&&`, `||`, `exists` and `all` only",
    example: "unseen(args.to)",
    style: "function",
    params: ANY_VALUE,
    result: BOOL,
    reads: "origins",
    hides: "false",
    code: asking("unseen", (facts, value) => facts.isUnseen(value)),
  },
];

function asking(name: string, ask: (origins: OriginFacts, value: Json) => Value): Builtin["code"] {
  return ([first]) => {
    const argument = codeOf(first);
    return (facts, run) => {
      const value = argument(facts, run);
      charge(value, run);
      if (!isJson(value)) throw new ConditionError(`\`${name}\` takes JSON: no timestamp and no duration may be in it`);
      if (facts.origins === undefined) throw new ConditionError("where values were seen is not known here");
      return ask(facts.origins, value);
    };
  };
}

/** Takes steps by the size of a value: its texts and its parts. */
function charge(value: Value, run: Run): void {
  run.charge(typeof value === "string" ? 1 + value.length : 1);
  if (isList(value)) for (const item of value) charge(item, run);
  else if (isRecord(value)) {
    for (const [key, member] of Object.entries(value)) {
      run.charge(key.length);
      charge(member, run);
    }
  }
}
