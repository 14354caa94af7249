import type { ModelRequest } from "@openai/agents";
import { memberOf, type Session } from "@sallyport/core";
import type { AgentGuarding, Guard } from "./guard.ts";

/** What a guarded agent tells its model of the request that is to come: the SDK hands a model neither the run nor the agent. */
export interface Carried extends AgentGuarding {
  readonly session: () => Promise<Session>;
  /** the guarded tools of this request, each by its `toolKey` */
  readonly tools: ReadonlyMap<string, Guard>;
}

/** What a request says of a tool. */
export type NamedTool = Pick<ModelRequest["tools"][number], "type" | "name">;

/** What the answer to a request is judged by. */
export interface Judging extends Carried {
  /** the tools that the model was not shown */
  readonly hidden: readonly NamedTool[];
}

/** A tool that carries something to the model; it is taken out there, and no provider sees it. */
export interface Carrier {
  readonly type: "hosted_tool";
  readonly name: string;
  readonly providerData: object;
}

// what no JSON can name: the SDK hands on the `providerData` of a tool as it is
const CARRIED: unique symbol = Symbol.for("sallyport.carried");

/** Makes the tool that carries something. */
export function carrierOf(carried: Carried): Carrier {
  const providerData = Object.defineProperty({}, CARRIED, { value: carried });
  return { type: "hosted_tool", name: "sallyport", providerData };
}

/** What a request carries; undefined: it is no request of a guarded agent. */
export function carriedIn({ tools }: Pick<ModelRequest, "tools">): Carried | undefined {
  // its own comes last: a tool that was taken over from another guarded agent may carry too
  return tools.map(carriedBy).findLast((carried) => carried !== undefined);
}

/** The tools of a request without those that only carry. */
export function withoutCarriers(tools: ModelRequest["tools"]): ModelRequest["tools"] {
  return tools.filter((tool) => carriedBy(tool) === undefined);
}

function carriedBy(tool: unknown): Carried | undefined {
  const carried: unknown = Reflect.get(Object(memberOf(tool, "providerData")), CARRIED);
  return isCarried(carried) ? carried : undefined;
}

function isCarried(carried: unknown): carried is Carried {
  return typeof carried === "object" && carried !== null && "session" in carried && "tools" in carried;
}
