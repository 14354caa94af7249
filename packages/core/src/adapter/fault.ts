import { SallyportError } from "../error.ts";

/** Gets what the host's own code threw, so that a call was not run: the model is told no more than that. Left out: the console. */
export type OnFault = (error: unknown) => void;

/** Where faults go unless the app takes them. */
export function logFault(error: unknown): void {
  console.error("sallyport: a call was not run, since the app's own code threw:", error);
}

/** What the model reads of a call that could not be decided: what the policy said, and nothing of what broke in the app. */
export function refusalText(error: unknown, onFault: OnFault): string {
  const code = SallyportError.isInstance(error) ? error.code : "fault";
  if (SallyportError.isInstance(error) && code === "denied") return error.message;
  onFault(error);
  return `not run: the gate could not decide (${code}); do not retry this call`;
}
