import type { Answer, ScriptedCall } from "../app/orders.ts";

/** The model wants to pay bob 500, which needs a human. */
export const PAY_BOB: ScriptedCall = pay("c1", "bob", 500);

/** A yes to the first call. */
export const YES: readonly Answer[] = [{ call: "c1", says: "yes" }];

/** A payment that the model proposes. */
export function pay(id: string, to: string, amount: unknown): ScriptedCall {
  return { id, tool: "pay", args: { to, amount } };
}

/** Any call that the model proposes. */
export function call(id: string, tool: string, args: Readonly<Record<string, unknown>> = {}): ScriptedCall {
  return { id, tool, args };
}
