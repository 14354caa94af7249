import type { Rule } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";
import { staysOutside } from "../policy/tool-program.ts";
import { matches } from "./evaluate.ts";
import { baseFacts } from "./facts.ts";
import type { Request } from "./request.ts";

/** What a condition may read and still be known before the model has chosen any args. */
const KNOWN: ReadonlySet<string> = new Set(["tool", "principal", "agent", "context", "session", "now"]);

/** Whether some call of this tool might run now: what least privilege shows to the model. */
export function mightRun(program: Program, request: Omit<Request, "args">): boolean {
  const tool = program.lookup(request.tool, request.agent.id);
  const facts = baseFacts(tool, { ...request, args: {} });
  const enforced = tool.rules.filter((rule) => rule.mode === "enforce");
  const certain = (rule: Rule): boolean =>
    tool.sets.length === 0 && rule.detect === undefined && [...(rule.when?.reads ?? [])].every((name) => KNOWN.has(name));
  const holds = (rule: Rule): boolean => matches(rule.id, rule.when, facts, []) !== "no";
  if (enforced.some((rule) => rule.decide === "deny" && certain(rule) && holds(rule))) return false;
  if (enforced.some((rule) => (rule.decide === "allow" || rule.decide === "require_approval") && (!certain(rule) || holds(rule))))
    return true;
  // where it goes is not known yet, but a tool that declares no destination goes outside whatever its args are
  const external = tool.entry?.destination === undefined && staysOutside(tool);
  return (external ? tool.defaults.outside : tool.defaults.inside).decision !== "deny";
}
