import { emailDomain, urlHost } from "../address.ts";
import type { Code, Run } from "../code/run.ts";
import { asString, type Value } from "../code/value.ts";
import { ConditionError } from "../fault.ts";
import { compileGlob } from "../glob.ts";
import { fixedValue, type Term } from "../term/term.ts";
import { BOOL, STRING } from "../type.ts";
import { binary, type Builtin, codeOf, unary } from "./builtin.ts";
import { isInside } from "./path.ts";

/** The functions over where something goes: addresses, URLs, paths, tools. */
export const PLACE_FUNCTIONS: readonly Builtin[] = [
  {
    name: "domain",
    says: "the domain of exactly one e-mail address, in lower case; fails on anything else",
    example: 'domain(args.to) == "example.com"',
    style: "function",
    params: [["string"]],
    result: STRING,
    code: unary(domain),
  },
  {
    name: "host",
    says: "the host of a URL, in lower case, without port; fails on anything else, and where there is user info",
    example: 'host(args.url) in ["api.example.com"]',
    style: "function",
    params: [["string"]],
    result: STRING,
    code: unary(host),
  },
  {
    name: "inside",
    says: "whether a path is a root or below it, after `.`, `..` and `//` are undone; fails on a `..` above the root",
    example: 'inside(args.path, "/srv/public")',
    style: "function",
    params: [["string"], ["string"]],
    result: BOOL,
    code: binary(inside),
  },
  {
    name: "used",
    says: "whether a tool that matches the glob has run in this session",
    example: 'used("crm.*")',
    style: "function",
    params: [["string"]],
    result: BOOL,
    names: "tool",
    reads: "session",
    code: usedCode,
  },
];

function domain(value: Value, run: Run): string {
  const text = charged(value, "`domain`", run);
  const found = emailDomain(text);
  if (found === undefined) throw new ConditionError("`domain` cannot read this as one e-mail address");
  return found;
}

function host(value: Value, run: Run): string {
  const text = charged(value, "`host`", run);
  const found = urlHost(text);
  if (found === undefined) throw new ConditionError("`host` cannot read this as a URL with a host");
  return found;
}

function inside(path: Value, root: Value, run: Run): boolean {
  return isInside(charged(path, "`inside`", run), charged(root, "`inside`", run));
}

function charged(value: Value, what: string, run: Run): string {
  const text = asString(value, what);
  run.charge(text.length);
  return text;
}

/** `used(glob)`: whether a tool whose name matches has run in this session. */
function usedCode([pattern]: readonly Term[]): Code {
  const known = pattern === undefined ? undefined : fixedValue(pattern);
  const matcher = typeof known === "string" ? compileGlob(known) : undefined;
  const glob = codeOf(pattern);
  return (facts, run) => {
    const matches = matcher ?? compileGlob(charged(glob(facts, run), "`used`", run));
    run.charge(facts.session.steps.length);
    return facts.session.steps.some((step) => matches(step.tool));
  };
}
