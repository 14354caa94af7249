import { conform } from "./conform.ts";
import { openaiDriver } from "./drivers/openai.ts";

conform(openaiDriver);
