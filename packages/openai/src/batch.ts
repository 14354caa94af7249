import { callId, SallyportError, type IdUse } from "@sallyport/core";
import { approvalRequired, type ApprovalDetails, type ApprovalRequired } from "./approval-required.ts";
import type { Guard, NativeContext, ToolHanded } from "./guard.ts";
import { GuardedCall } from "./guarded-call.ts";
import type { WrittenCall } from "./to-call.ts";

/** A call of a message: guarded; or one that its tool's own schema refuses, of which the model reads why. */
export type BatchEntry = { readonly kind: "call"; readonly call: GuardedCall } | { readonly kind: "unfit"; readonly reason: string };

/** What the calls of a message are made with. */
export interface BatchInit {
  /** what the conversation before the message says of call ids */
  readonly uses: readonly IdUse[];
  readonly handed: Pick<ToolHanded, "messages" | "toolContext">;
}

/** A call of a message in a conversation, as it goes through the gate; args that the tool's own schema refuses never get there. */
export async function entryOf({ id, tool, text }: WrittenCall, guard: Guard, { uses, handed }: BatchInit): Promise<BatchEntry> {
  const parsed = await guard.parse(text);
  if (!parsed.ok) return { kind: "unfit", reason: parsed.reason };
  const call = { id: callId(id, uses), tool, args: parsed.args };
  return { kind: "call", call: new GuardedCall({ guard, call, given: parsed.given, handed: { ...handed, toolName: tool, callId: id } }) };
}

/** The guarded calls of one message: all of them are proposed, in the model's order, before any of them runs. */
export class Batch {
  readonly #calls: readonly GuardedCall[];
  #isProposed = false;

  constructor(calls: readonly GuardedCall[]) {
    this.#calls = calls;
  }

  /**
   * Takes the call that a tool's function was handed these args for; undefined where the message has none of this tool. Throws
   * a SallyportError `invalid-input` where nobody can say which of them it is, or all are taken.
   */
  take(guard: Guard, given: unknown): GuardedCall | undefined {
    const own = this.#calls.filter((call) => call.isOf(guard));
    const open = own.filter((call) => !call.isTaken);
    const found = open.find((call) => call.take(given));
    if (found !== undefined || own.length === 0) return found;
    if (open.length === 0) throw new SallyportError("invalid-input", `\`${guard.name}\` is called more often than the model asks for`);
    throw new SallyportError("invalid-input", `the parser of \`${guard.name}\` makes other args of the same text each time`);
  }

  /**
   * Runs one of its calls; resolves to what the model reads. Where it has to wait, it throws an `ApprovalRequired` for all that
   * wait, once everything that was started has come to its end.
   */
  async run(call: GuardedCall, native: NativeContext, signal: AbortSignal | undefined): Promise<unknown> {
    if (!this.#isProposed) void this.#proposeAll();
    this.#isProposed = true;
    const ended = await call.start(native, signal);
    if (ended.kind === "answer") return ended.value;
    throw await this.#waiting(ended.details);
  }

  async #proposeAll(): Promise<void> {
    try {
      for (const call of this.#calls) await call.propose();
      for (const call of this.#calls) call.turn.resolve();
    } catch (error) {
      // each of them says so in its answer, and none runs
      for (const call of this.#calls) call.turn.reject(error);
    }
  }

  async #waiting(own: ApprovalDetails): Promise<ApprovalRequired> {
    const ended = await Promise.all(this.#calls.flatMap(({ ended }) => ended ?? []));
    const [first = own, ...others] = ended.flatMap((end) => (end.kind === "waits" ? [end.details] : []));
    return approvalRequired([first, ...others]);
  }
}
