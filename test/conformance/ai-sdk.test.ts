import { conform } from "./conform.ts";
import { aiSdkDriver } from "./drivers/ai-sdk.ts";

conform(aiSdkDriver);
