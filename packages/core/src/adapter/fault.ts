import { SallyportError } from "../error.ts";

/** Gets what the host's own code or the store threw, so that a call was not run or a text not shown: the model is told no more than that. Left out: the console. */
export type OnFault = (error: unknown) => void;

/** Where faults go unless the app takes them. */
export function logFault(error: unknown): void {
  console.error("sallyport: a call was not run or a text not shown, since something outside the policy threw:", error);
}

/** What the model reads of a call that could not be decided: what the policy said, and nothing of what broke in the app. */
export function refusalText(error: unknown, onFault: OnFault): string {
  return faultText(error, onFault, (code) => `not run: the gate could not decide (${code}); do not retry this call`);
}

/** What is thrown in place of a text that could not be looked at: frameworks show errors to people, and store them. */
export function unshownText(error: unknown, onFault: OnFault): string {
  return faultText(error, onFault, (code) => `nothing is shown: the gate could not look at the model's text (${code})`);
}

function faultText(error: unknown, onFault: OnFault, says: (code: string) => string): string {
  const code = SallyportError.isInstance(error) ? error.code : "fault";
  if (SallyportError.isInstance(error) && code === "denied") return error.message;
  onFault(error);
  return says(code);
}
