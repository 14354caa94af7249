import type { ModelMessage } from "ai";

/** What the SDK hands both to a tool and to `toolApproval`. */
export interface Handed {
  readonly toolName: string;
  readonly toolCallId: string;
  readonly messages: ModelMessage[];
  /** the tool's entry in `toolsContext`, before its schema has parsed it where `toolApproval` asks */
  readonly context: unknown;
}
