/** One process of the attacked app: serves one request, given as JSON, and reports to a file. */
import { writeFileSync } from "node:fs";
import { shiftClock } from "./clock.ts";
import type { Framework, Orders, Report } from "./orders.ts";

/** Loads the framework that is asked for, and none of the others. */
async function appOf(framework: Framework): Promise<(orders: Orders) => Promise<Report>> {
  switch (framework) {
    case "ai-sdk":
      return (await import("./ai-sdk.ts")).runAiSdk;
    case "langgraph":
      return (await import("./langgraph.ts")).runLangGraph;
    case "mastra":
      return (await import("./mastra.ts")).runMastra;
    case "openai":
      return (await import("./openai.ts")).runOpenAI;
    case "openai-agents":
      return (await import("./openai-agents.ts")).runOpenAIAgents;
  }
}

const [, , json] = process.argv;
if (json !== undefined) {
  const orders: Orders = JSON.parse(json);
  shiftClock(orders.hours ?? 0);
  const run = await appOf(orders.framework);
  if (orders.together !== undefined) await fetch(`${orders.world}/start?together=${orders.together}`, { method: "POST" });
  writeFileSync(orders.report, JSON.stringify(await run(orders)));
  // storage clients keep a process alive
  process.exit();
}
