import type { Framework, Guard } from "./app/orders.ts";

/** One column of the matrix: an app that is attacked. */
export interface Column {
  readonly framework: Framework;
  readonly guard: Guard;
  readonly title: string;
  /** how the guard is set up */
  readonly setUp: string;
}

/** The apps, framework by framework. */
export const COLUMNS: readonly Column[] = [
  {
    framework: "ai-sdk",
    guard: "own",
    title: "AI SDK alone",
    setUp: "`toolApproval` as a function for all tools; tools that the user may not use are left out with `activeTools`.",
  },
  {
    framework: "ai-sdk",
    guard: "signed",
    title: "AI SDK alone, signed",
    setUp: "The same with `experimental_toolApprovalSecret`, which signs approval requests.",
  },
  {
    framework: "ai-sdk",
    guard: "sallyport",
    title: "AI SDK + Sallyport",
    setUp: "`guardTools` and `policyMiddleware` of @sallyport/ai-sdk.",
  },
  {
    framework: "langgraph",
    guard: "own",
    title: "LangGraph alone",
    setUp:
      "`createAgent` with `humanInTheLoopMiddleware` (with a `when`), `piiMiddleware` on tool results, `toolErrorMiddleware`, and a `wrapModelCall` that hides tools; `SqliteSaver`.",
  },
  {
    framework: "langgraph",
    guard: "sallyport",
    title: "LangGraph + Sallyport",
    setUp: "`createAgent` with `policyMiddleware` of @sallyport/langchain; the same `SqliteSaver`.",
  },
  {
    framework: "mastra",
    guard: "own",
    title: "Mastra alone",
    setUp:
      "`requireApproval` as a function on every tool, `requireToolApproval` for all others, `activeTools`; runs are stored in a LibSQL file.",
  },
  {
    framework: "mastra",
    guard: "sallyport",
    title: "Mastra + Sallyport",
    setUp: "`guardTools`, `policyProcessor` and `policyHooks` of @sallyport/mastra; the same LibSQL file.",
  },
  {
    framework: "openai",
    guard: "own",
    title: "OpenAI client alone",
    setUp:
      "The client has no approval, so the app has one of its own: a loop over `chat.completions.create` that runs only tools it has offered, asks about calls before it runs them, and stores the messages in a file after every result.",
  },
  {
    framework: "openai",
    guard: "sallyport",
    title: "OpenAI client + Sallyport",
    setUp: "`runTools` with `shieldClient` and `guardTools` of @sallyport/openai; a stored chat that waits goes on with `callTools`.",
  },
  {
    framework: "openai-agents",
    guard: "own",
    title: "OpenAI Agents alone",
    setUp:
      "`needsApproval` as a function, `isEnabled`, and a tool output guardrail on every tool; the `RunState` is stored in a file, with the user in its context.",
  },
  {
    framework: "openai-agents",
    guard: "sallyport",
    title: "OpenAI Agents + Sallyport",
    setUp: "`guardAgent` of @sallyport/openai/agents; the same file.",
  },
];
