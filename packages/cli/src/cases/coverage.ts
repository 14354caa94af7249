import type { Look, Policy, Rule } from "@sallyport/core";
import type { Played } from "../trace/player.ts";

/** How often a branch was reached; null where there is no such branch. */
export interface Reached {
  readonly kind: "rule" | "limit" | "default" | "workflow";
  readonly id: string;
  /** in the policy's file; null for a default */
  readonly line: number | null;
  /** a rule matched, a limit was over, a default decided, a call was a step of a workflow */
  readonly yes: number;
  readonly no: number | null;
  readonly failed: number | null;
}

/** Counts which rules, limits, defaults and workflows of a policy its cases reach. */
export class Coverage {
  readonly #policy: Policy;
  readonly #reached = new Map<string, number>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Takes what was looked at for one line. */
  look(looked: readonly Look[]): void {
    for (const { id, match } of looked) this.#count(id, match);
  }

  /** Takes what came of one line. */
  take(played: Played): void {
    if (played.kind !== "call") return;
    const { rules, step } = played.decision;
    for (const rule of rules) if (rule.startsWith("default:")) this.#count(rule, "yes");
    if (step !== undefined) this.#count(step.workflow, "yes");
  }

  /** Every rule, limit, workflow and default, in the order of the file. */
  rows(): readonly Reached[] {
    const { rules, limits, workflows, tools, defaults } = this.#policy;
    const effects = new Set<string>(tools.map(({ effect }) => effect));
    const stated = Object.keys(defaults).filter(
      (key) => effects.has(key) || key === "external" || (key === "credential" && tools.some(({ credential }) => credential)),
    );
    return [
      ...rules.map((rule) => this.#row("rule", rule, isConditional(rule))),
      ...limits.map((limit) => this.#row("limit", limit, true)),
      ...workflows.map((workflow) => this.#row("workflow", workflow, false)),
      ...stated.map((key) => ({
        kind: "default" as const,
        id: `default:${key}`,
        line: null,
        yes: this.#times(`default:${key}`, "yes"),
        no: null,
        failed: null,
      })),
    ];
  }

  #row(kind: "rule" | "limit" | "workflow", { id, line }: { readonly id: string; readonly line: number }, branches: boolean): Reached {
    const [no, failed] = branches ? [this.#times(id, "no"), this.#times(id, "failed")] : [null, null];
    return { kind, id, line, yes: this.#times(id, "yes"), no, failed };
  }

  #times(id: string, match: Look["match"]): number {
    return this.#reached.get(`${match} ${id}`) ?? 0;
  }

  #count(id: string, match: Look["match"]): void {
    const key = `${match} ${id}`;
    this.#reached.set(key, (this.#reached.get(key) ?? 0) + 1);
  }
}

/** Whether a rule can also not match what it is about. */
function isConditional({ when, detect }: Rule): boolean {
  return detect !== undefined || (when !== undefined && when.constant === undefined);
}

/** What no case reaches, in words. A condition need not be able to fail, so that this branch is counted and not missed. */
export function missing({ kind, yes, no }: Reached): readonly string[] {
  const words = {
    rule: ["never matches", "always matches"],
    limit: ["never over", "always over"],
    default: ["never decides", ""],
    workflow: ["no call is a step of it", ""],
  } as const;
  const [never, always] = words[kind];
  return [...(yes === 0 ? [never] : []), ...(no === 0 ? [always] : [])];
}
