import { langgraphDriver } from "./drivers/langgraph.ts";
import { conform } from "./conform.ts";

conform(langgraphDriver);
