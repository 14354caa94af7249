import type { User } from "./users.ts";

/**
 * The policy as far as a framework's own approval can be told of it: whether a human is asked about a call. A tool that is
 * not known here is asked about, in frameworks that can ask about all tools.
 */
export function needsHuman(tool: string, args: unknown): boolean {
  switch (tool) {
    case "read_mail":
    case "find_customer":
    case "search_orders":
    case "export_customers":
    case "ask_clerk":
    case "agent-clerk":
      return false;
    case "pay":
      return !(amountOf(args) <= 100);
    default:
      return true;
  }
}

/** The tools, out of these, that a user may use. */
export function toolsFor(user: User, names: readonly string[]): string[] {
  return names.filter((name) => name !== "export_customers" || user.roles.includes("lead"));
}

/** What a rule sees in JavaScript, where a string with a number in it compares like that number. */
function amountOf(args: unknown): number {
  const { amount }: { amount?: unknown } = typeof args === "object" && args !== null ? args : {};
  return Number(amount);
}
