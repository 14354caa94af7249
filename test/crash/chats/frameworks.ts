import type { Chat, Desk } from "./chat.ts";

/** The frameworks whose agents are killed and raced; a process loads only its own. */
export const FRAMEWORKS = {
  "ai-sdk": async () => (await import("./ai-sdk.ts")).aiSdkChat,
  langgraph: async () => (await import("./langgraph.ts")).langGraphChat,
  mastra: async () => (await import("./mastra.ts")).mastraChat,
  openai: async () => (await import("./openai.ts")).openAIChat,
  "openai-agents": async () => (await import("./openai-agents.ts")).openAIAgentsChat,
} as const satisfies Readonly<Record<string, () => Promise<(desk: Desk) => Chat>>>;

export type Framework = keyof typeof FRAMEWORKS;
