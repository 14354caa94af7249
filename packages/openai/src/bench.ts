import type { CoverageGap, Gate, OnCoverage, Session } from "@sallyport/core";
import { shownText } from "./from-outcome.ts";
import type { Guard } from "./guard.ts";
import { denied } from "./refusal.ts";
import { isKept } from "./said.ts";

/** What a request and its answer are judged with. */
export interface Bench {
  readonly gate: Gate;
  readonly session: Session;
  /** the tools that `guardTools` guards, by name: their calls are enforced where they run */
  readonly guarded: ReadonlyMap<string, Guard>;
  readonly texts: Texts;
  readonly onCoverage: OnCoverage | undefined;
  /** the definitions of the tools that the request offers to be run here, by name, once it was read */
  readonly definitions: ReadonlyMap<string, object>;
}

/**
 * Whose words the texts of requests are. `observe`: what stands there as the user's is the user's, and as the system's the
 * app's. `leave`: somebody else writes requests as well (an agent's prompt for another one, a summary), and the host observes
 * what the user says itself.
 */
export type Texts = "observe" | "leave";

/** Observes a text of a request. Throws a Refusal where a rule on input denies it. */
export async function observeText({ session, texts }: Bench, role: "user" | "system", content: string): Promise<void> {
  if (texts === "leave" || content === "") return;
  const { decision, rules, reason } = await session.observe({ role, content });
  if (decision === "deny") throw denied("message_denied", `a ${role} message was denied by policy: ${reason} (rules: ${rules.join(", ")})`);
}

/**
 * What the model is shown as the result of a call: what stands on record for it, whatever the request says. What a call
 * returned that was let go comes in here, and is inspected; a result of no call on record is outside text.
 */
export async function resultShown(bench: Bench, callId: string, content: string): Promise<string> {
  const { session } = bench;
  const outcome = await session.outcomeOf(callId, { value: content });
  if (outcome?.status === "completed") return shownText(outcome);
  if (await isOurs(bench, callId, content)) return content;
  if (outcome !== undefined) return shownText(outcome);
  if (content === "") return content;
  const { decision, rules } = await session.observe({ role: "external", content });
  return decision === "deny" ? `result withheld by policy (${rules.join(", ")})` : content;
}

/** Whether a text is what a guard of ours answered to a call that it did not run. */
async function isOurs({ session, guarded }: Bench, callId: string, text: string): Promise<boolean> {
  return [...guarded.values()].some(({ said }) => said.has(session.id, callId, text)) || isKept(session, callId, text);
}

/** Observes a text that the model reads from outside. Throws a Refusal where a rule on input denies it. */
export async function observeOutside({ session }: Bench, content: string): Promise<void> {
  if (content === "") return;
  const { decision, rules, reason } = await session.observe({ role: "external", content });
  if (decision === "deny") throw denied("message_denied", `an outside text was denied by policy: ${reason} (rules: ${rules.join(", ")})`);
}

/** Says that something cannot be enforced; throws under `strict`. */
export function reportGap({ gate, onCoverage }: Pick<Bench, "gate" | "onCoverage">, gap: CoverageGap): void {
  gate.report(gap, onCoverage);
}
