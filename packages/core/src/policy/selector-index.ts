import { compileGlob } from "../condition/glob.ts";
import type { Effect } from "../condition/facts.ts";
import type { Selector } from "./policy.ts";

/** Whether a name is meant. */
type Matcher = (name: string) => boolean;

/** A statement with the globs that have to be tried. */
interface Tried<T> {
  readonly at: number;
  readonly statement: T;
  /** undefined: any tool */
  readonly tools: readonly Matcher[] | undefined;
}

/** Statements found by tool: exact names by hash, globs and the unselective by trying them. */
export class SelectorIndex<T extends Selector> {
  readonly #statements: readonly T[];
  readonly #named = new Map<string, number[]>();
  readonly #tried: Tried<T>[] = [];
  readonly #agents = new Map<T, readonly Matcher[]>();

  constructor(statements: readonly T[]) {
    this.#statements = statements;
    for (const [at, statement] of statements.entries()) {
      const { tools, agents } = statement;
      if (agents !== undefined) this.#agents.set(statement, agents.map(compileGlob));
      for (const name of tools ?? []) if (!name.includes("*")) this.#nameAt(name, at);
      const globs = tools?.filter((name) => name.includes("*")).map(compileGlob);
      if (globs === undefined || globs.length > 0) this.#tried.push({ at, statement, tools: globs });
    }
  }

  /** The statements about a tool with this effect that this agent calls, in file order. */
  matching(tool: string, effect: Effect, agent: string): readonly T[] {
    const at = new Set(this.#named.get(tool) ?? []);
    for (const tried of this.#tried) if (tried.tools === undefined || tried.tools.some((matches) => matches(tool))) at.add(tried.at);
    return [...at]
      .sort((a, b) => a - b)
      .flatMap((index) => this.#statements[index] ?? [])
      .filter((statement) => this.#agents.get(statement)?.some((matches) => matches(agent)) ?? true)
      .filter((statement) => statement.effects?.includes(effect) ?? true);
  }

  #nameAt(name: string, at: number): void {
    const list = this.#named.get(name);
    if (list === undefined) this.#named.set(name, [at]);
    else list.push(at);
  }
}
