import { formatTable } from "../print/table.ts";
import { visible } from "../print/visible.ts";
import type { Played } from "./player.ts";

/** Counts what a trace's calls were decided and by which rules. */
export class Tally {
  readonly #decisions = new Map<string, number>([
    ["allow", 0],
    ["require_approval", 0],
    ["deny", 0],
  ]);
  readonly #rules = new Map<string, number>();
  readonly #shadow = new Map<string, number>();
  readonly #failed = new Map<string, number>();

  /** Takes what came of one line. */
  add(played: Played): void {
    if (played.kind === "verdict") return count(this.#decisions, `verdict ${played.resolution.status}`);
    const { decision, rules, shadow, errors } = played.kind === "call" ? played.decision : played.inspection;
    if (played.kind === "call") count(this.#decisions, decision);
    else if (decision !== "allow") count(this.#decisions, `${played.kind} ${decision}`);
    for (const rule of rules) count(this.#rules, rule);
    for (const rule of shadow) count(this.#shadow, rule);
    for (const rule of new Set(errors.map(({ rule }) => rule))) count(this.#failed, rule);
  }

  /** The counts as a table. */
  format(): string {
    const ids = [...new Set([...this.#rules.keys(), ...this.#shadow.keys(), ...this.#failed.keys()])].sort();
    const of = (counts: ReadonlyMap<string, number>, id: string): string => String(counts.get(id) ?? 0);
    const decisions = [...this.#decisions].map(([name, times]) => [name, String(times)]);
    const rules = ids.map((id) => [visible(id), of(this.#rules, id), of(this.#shadow, id), of(this.#failed, id)]);
    return `${formatTable([["decision", "calls"], ...decisions])}\n${formatTable([["rule", "decided", "shadow", "failed"], ...rules])}`;
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
