import { mastraDriver } from "./drivers/mastra.ts";
import { conform } from "./conform.ts";

conform(mastraDriver);
