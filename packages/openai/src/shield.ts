import { guardingOf, type Gate, type GuardOptions, type JsonObject, type OnCoverage, type OnFault } from "@sallyport/core";
import type { Bench, Texts } from "./bench.ts";
import { guardsOf, type GuardedTools } from "./mark.ts";

/** What a request is told apart by, for the `session` option: its path and its body as the app sent them. */
export interface Handed {
  readonly path: string;
  readonly body: JsonObject;
}

/** How a client is shielded. */
export interface ShieldOptions extends GuardOptions<Handed> {
  /**
   * What `guardTools` gave: the calls of these tools are enforced where they run, so that what is denied or waits is answered
   * there and the model hears of it. The calls of any other tool become text, or raise `ApprovalRequired`.
   */
  readonly tools?: GuardedTools;
  /** whose words the texts of requests are; `observe` where left out */
  readonly texts?: Texts;
}

/** What stands before all requests of a client. */
export interface Shield {
  readonly gate: Gate;
  readonly onCoverage: OnCoverage | undefined;
  readonly onFault: OnFault;
  readonly bench: (handed: Handed) => Promise<Bench>;
  /** the answers that are being settled, by their session and request */
  readonly turns: Map<string, Promise<unknown>>;
}

/** The shield of a client; throws a SallyportError `invalid-input` where the options name no session, or tools that are not guarded. */
export function shieldOf(gate: Gate, options: ShieldOptions): Shield {
  const { open, onFault } = guardingOf(gate, options);
  const guarded = guardsOf(options.tools ?? []);
  const { onCoverage, texts = "observe" } = options;
  return {
    gate,
    onCoverage,
    onFault,
    turns: new Map(),
    bench: async (handed) => ({ gate, session: await open(handed), guarded, texts, onCoverage, definitions: new Map() }),
  };
}
