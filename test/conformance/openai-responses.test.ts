import { conform } from "./conform.ts";
import { openaiResponsesDriver } from "./drivers/openai-responses.ts";

conform(openaiResponsesDriver);
