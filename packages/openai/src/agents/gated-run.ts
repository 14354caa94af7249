import { setFunctionToolPreparedInput } from "@openai/agents-core/utils/internal";
import type { RunContext } from "@openai/agents";
import { checkFit, isSameJson, paused, unfitText, SallyportError, type JsonObject, type RunControl } from "@sallyport/core";
import type { Guard } from "./guard.ts";
import type { Details } from "./native-agent.ts";
import { parseText } from "./to-call.ts";

/** One call as the SDK makes it. */
export interface NativeRun {
  readonly runContext: RunContext;
  /** what the model wrote, and what the tool's schema made of it */
  readonly text: string;
  readonly args: unknown;
  readonly details: Details | undefined;
}

/** The one run of a tool that a call may have. */
export class GatedRun {
  /** the tool is an agent, and waits for a human itself */
  isWaiting = false;
  readonly #native: NativeRun;
  readonly #guard: Guard;

  constructor(native: NativeRun, guard: Guard) {
    this.#native = native;
    this.#guard = guard;
  }

  readonly start = async (args: JsonObject, control: RunControl): Promise<unknown> => {
    const { name, native, waiting } = this.#guard;
    const { runContext, text: written, args: proposed, details } = this.#native;
    await checkFit(name, args, async (decided) => this.#parsed(decided), proposed);
    const text = isSameJson(args, proposed) ? written : JSON.stringify(args);
    const handed = handedOn(details, control);
    const parsed = parseText(native, text);
    if (parsed.ok && parsed.prepared !== undefined)
      setFunctionToolPreparedInput(handed, { ...parsed.prepared, consumed: false, result: { success: true, value: args } });
    else checkParsed(name, handed, args);
    const result = await native.invoke(runContext, text, handed);
    if (result === FAILED) throw new Error(FAILED);
    if (waiting === undefined || result !== waiting) return result;
    this.isWaiting = true;
    return paused;
  };

  #parsed(args: unknown): { readonly parsed: unknown } | undefined {
    const parsed = parseText(this.#guard.native, JSON.stringify(args));
    return parsed.ok ? { parsed: parsed.args } : undefined;
  }
}

/** What the SDK returns in place of what a tool threw, unless the tool says otherwise by its `errorFunction`. */
const FAILED = "An error occurred while running the tool. Please try again.";

/** The details that the SDK handed over, with all that it hides in them, and the gate's own. */
function handedOn(details: Details = {}, { signal, idempotencyKey }: RunControl): Details & { readonly idempotencyKey: string } {
  const handed: Details & { readonly idempotencyKey: string } = Object.create(Object.getPrototypeOf(details), {
    ...Object.getOwnPropertyDescriptors(details),
    ...Object.getOwnPropertyDescriptors({ signal, idempotencyKey }),
  });
  return handed;
}

/** A tool whose parser we cannot reach parses by itself: where it makes something else of the args than was decided on, it does not run. */
function checkParsed(name: string, details: Details, args: JsonObject): void {
  const symbol = Object.getOwnPropertySymbols(details).find(({ description }) => description === PARSED);
  if (symbol === undefined) return;
  const native: unknown = Reflect.get(details, symbol);
  Reflect.set(details, symbol, (parsed: unknown) => {
    if (!isSameJson(parsed, args)) throw new SallyportError("denied", unfitText(name));
    if (typeof native === "function") Reflect.apply(native, details, [parsed]);
  });
}

/** What the SDK calls its callback for args that were parsed, before it runs the tool. */
const PARSED = "openai.agents.functionToolParsedInputCallback";
