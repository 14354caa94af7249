import { guardingOf, type Gate, type GuardOptions } from "@sallyport/core";
import { Batches } from "./batches.ts";
import { coverage } from "./coverage.ts";
import type { Guard, ToolHanded } from "./guard.ts";
import { guardedTool } from "./guarded-tool.ts";
import { guardsOf } from "./mark.ts";
import { Said } from "./said.ts";

/**
 * Guards tools: nothing of theirs runs that the policy does not allow or a human did not approve, and nothing twice. For
 * `chat.completions.runTools` and for loops of your own (`callTools`, `callResponseTools`); hand them to `shieldClient` as well.
 * Every tool keeps its class, types and properties. A denied or failed call is a text for the model, and the run goes on; one
 * that waits rejects with `ApprovalRequired` once the calls beside it have run: do the same again after the verdict. Its
 * function gets a `ToolControl` as its fourth parameter. Guard all tools of a run together, so that their calls are proposed in
 * the model's order. Tools that cannot be enforced are reported; under `strict` a SallyportError `not-enforceable` is thrown,
 * and `invalid-input` for two tools of one name.
 *
 * @example
 * const tools = guardTools(gate, [sendEmail], { session: { id: chatId, principal: user, agent: { id: "desk" } } });
 * const client = shieldClient(new OpenAI(), gate, { session, tools });
 * const runner = client.chat.completions.runTools({ model, messages, tools });
 */
export function guardTools<T extends object>(gate: Gate, tools: readonly T[], options: GuardOptions<ToolHanded>): T[] {
  const guarding = { ...guardingOf(gate, options), approvals: gate.approvals, said: new Said() };
  for (const gap of coverage(tools, gate)) gate.report(gap, options.onCoverage);
  const guards = new Map<string, Guard>();
  const batches = new Batches(guards);
  const guarded = tools.map((tool) => guardedTool(tool, guarding, batches));
  for (const [name, guard] of guardsOf(guarded)) guards.set(name, guard);
  return guarded;
}
