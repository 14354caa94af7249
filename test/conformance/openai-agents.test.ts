import { conform } from "./conform.ts";
import { openaiAgentsDriver } from "./drivers/openai-agents.ts";

conform(openaiAgentsDriver);
