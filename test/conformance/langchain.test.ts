import { langchainDriver } from "./drivers/langchain.ts";
import { conform } from "./conform.ts";

conform(langchainDriver);
