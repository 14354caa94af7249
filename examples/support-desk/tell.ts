import type { LedgerCall } from "./ledger.ts";
import { decided, faint, strong } from "./paint.ts";

/** Says a line of the story. */
export function tell(text: string): void {
  console.log(`   ${text}`);
}

/** Begins the next part of the story. */
export function tellTitle(title: string): void {
  console.log(`\n${strong(title)}`);
}

/** Says what was decided on a call. */
export function tellCall({ tool, about, decision, rules, cut }: LedgerCall): void {
  const result = cut.length === 0 ? "" : faint(`; cut by ${cut.join(", ")}`);
  tell(`${`${tool} ${about}`.padEnd(44)} ${decided(decision.padEnd(16))} ${rules.join(", ")}${result}`);
}

/** Says a command that another process ran, and what it answered. */
export function tellCommand(pid: number, command: readonly string[], answer: string): void {
  tell(faint(`process ${pid}`));
  for (const [n, line] of command.entries()) tell(faint(`${n === 0 ? "$ " : "    "}${line}${n < command.length - 1 ? " \\" : ""}`));
  tell(`  ${answer.trim()}`);
}
