import type { AgentOutputItem, ModelRequest } from "@openai/agents";
import { memberOf } from "@sallyport/core";
import { writtenIn } from "./malformed.ts";

/** A call that the model wrote. */
export type FunctionCall = Extract<AgentOutputItem, { type: "function_call" }>;

// where our approval's id stands in a call, which the SDK keeps with everything that it stores of a run
const APPROVAL = "sallyport:approval";

/** The provider's data of a call, with the id of the approval that it waits for. */
export function stamp({ providerData }: FunctionCall, approval: string): Pick<FunctionCall, "providerData"> {
  return { providerData: { ...providerData, [APPROVAL]: approval } };
}

/**
 * Finds the id of our approval in an interruption of a run, or in the call that it is for. It came with the state of that run:
 * check who may answer, as `by` rules do, never what the state says.
 */
export function approvalIdIn(interruption: unknown): string | undefined {
  const call = rawItemOf(interruption);
  const id = memberOf(memberOf(call, "providerData"), APPROVAL);
  return typeof id === "string" ? id : undefined;
}

/** The call of an interruption: the SDK's own item around it, or the call itself. */
export function rawItemOf(interruption: unknown): unknown {
  return memberOf(interruption, "rawItem") ?? interruption;
}

/** The input of a model as it and the provider know it: without our ids, and with what it wrote itself. */
export function unstamped(input: ModelRequest["input"]): ModelRequest["input"] {
  if (typeof input === "string") return input;
  return input.map((item) => {
    if (item.type !== "function_call") return item;
    const { providerData, ...rest } = { ...item, arguments: writtenIn(item.arguments) };
    if (approvalIdIn(item) === undefined) return rest.arguments === item.arguments ? item : { ...item, arguments: rest.arguments };
    const others = Object.entries(providerData ?? {}).filter(([key]) => key !== APPROVAL);
    return others.length === 0 ? rest : { ...rest, providerData: Object.fromEntries(others) };
  });
}
