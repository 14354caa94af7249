import { readFileSync } from "node:fs";
import { join } from "node:path";
import { approvalIdIn, approvalResponses, guardTools, pendingApprovals } from "@sallyport/ai-sdk";
import { memoryStore, type Gate } from "@sallyport/core";
import {
  AbstractChat,
  convertToModelMessages,
  createAgentUIStream,
  DefaultChatTransport,
  generateText,
  isToolUIPart,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  streamText,
  ToolLoopAgent,
  type ChatState,
  type ChatTransport,
  type UIMessage,
} from "ai";
import { beforeEach, describe, expect, it } from "vitest";
import { chatRoutes } from "./chat-routes.ts";
import {
  call,
  emptyWorld,
  gateOn,
  LEAD,
  onlyPending,
  outputsSeenBy,
  scripted,
  SESSION,
  text,
  toolsOf,
  type Content,
  type World,
} from "./kit.ts";

const ANN = { id: "ann", roles: [] };
const USERS = { ann: ANN, lea: LEAD, max: { id: "max", roles: ["lead"] } };
const PAY: Content[][] = [[call("pay", { to: "bob", amount: 500 })], [text("bye")]];

let gate: Gate;
let world: World;
beforeEach(async () => {
  gate = await gateOn(memoryStore());
  world = emptyWorld();
});

class State implements ChatState<UIMessage> {
  status: ChatState<UIMessage>["status"] = "ready";
  error: Error | undefined = undefined;
  messages: UIMessage[] = [];
  pushMessage = (message: UIMessage): void => void (this.messages = [...this.messages, message]);
  popMessage = (): void => void (this.messages = this.messages.slice(0, -1));
  replaceMessage = (index: number, message: UIMessage): void => void (this.messages = this.messages.with(index, message));
  snapshot = <T>(thing: T): T => structuredClone(thing);
}

/** What useChat is in the browser, without React. */
class Chat extends AbstractChat<UIMessage> {
  constructor(transport: ChatTransport<UIMessage>, how: "by itself" | "when told" = "when told") {
    super({
      id: SESSION.id,
      state: new State(),
      transport,
      ...(how === "by itself" ? { sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses } : {}),
    });
  }

  /** The one part that is a call. */
  get paying() {
    return this.messages.flatMap(({ parts }) => parts).find(isToolUIPart);
  }

  get asked() {
    if (this.paying?.state !== "approval-requested") throw new Error(`the call is ${this.paying?.state}`);
    return this.paying.approval;
  }

  /** The SDK's own click, which is none of ours. */
  async sayYes(approved = true): Promise<void> {
    await this.addToolApprovalResponse({ id: this.asked.id, approved });
    await expect.poll(() => this.status).toMatch(/ready|error/);
  }
}

describe("the README's routes", () => {
  const README = readFileSync(join(import.meta.dirname, "../../packages/ai-sdk/README.md"), "utf8");
  const ROUTES = readFileSync(join(import.meta.dirname, "chat-routes.ts"), "utf8");

  it("are the ones below", () => {
    const shown = /```ts\n(\/\/ POST \/api\/chat\n[\s\S]*?)```/.exec(README)?.[1];
    const trimmed = (code = "none") => code.split("\n").map((line) => line.trim());
    expect(trimmed(ROUTES).join("\n")).toContain(trimmed(shown).join("\n").trim());
  });

  /** A browser that is logged in as ann, and what others click in theirs. */
  const open = (how?: "by itself") => {
    let requests = 0;
    const routes = chatRoutes({
      gate,
      tools: toolsOf(world),
      model: scripted(...PAY),
      userOf: async (request) => {
        const user = Object.entries(USERS).find(([name]) => name === request.headers.get("cookie"));
        if (user === undefined) throw new Error("nobody is logged in");
        return user[1];
      },
    });
    const post = (path: string, body: string, cookie: keyof typeof USERS) =>
      new Request(`http://app.test${path}`, { method: "POST", body, headers: { cookie } });
    const transport = new DefaultChatTransport({
      api: "http://app.test/api/chat",
      fetch: async (url, init) => {
        requests += 1;
        return routes.postChat(new Request(url, { ...init, headers: { cookie: "ann" } }));
      },
    });
    const chat = new Chat(transport, how);
    const click = async (approved: boolean, user: keyof typeof USERS): Promise<unknown> => {
      const { requestReason } = chat.asked;
      const response = await routes.postApproval(post("/api/approvals", JSON.stringify({ requestReason, approved }), user));
      await chat.sendMessage();
      return response.json();
    };
    return { chat, click, requests: () => requests, routes, post };
  };

  it("run what somebody approved who may, once", async () => {
    const { chat, click } = open();
    await chat.sendMessage({ text: "pay bob" });
    expect(await click(true, "lea")).toMatchObject({ status: "approved" });
    expect(chat.paying).toMatchObject({ state: "output-available", output: { receipt: 1 } });
    expect(chat.messages.at(-1)?.parts.at(-1)).toMatchObject({ type: "text", text: "bye" });
    expect(chat.messages).toHaveLength(2);
    expect(world.paid).toEqual([{ to: "bob", amount: 500 }]);
  });

  it("say what they wait for while nobody who may has answered", async () => {
    const { chat, click } = open();
    await chat.sendMessage({ text: "pay bob" });
    expect(await click(true, "ann")).toMatchObject({ status: "ignored" });
    expect(chat).toMatchObject({ status: "error", error: { message: "waiting for: large payment" } });
    expect(world.paid).toEqual([]);
    await click(true, "max");
    expect(chat).toMatchObject({ status: "ready", error: undefined });
    expect(world.paid).toHaveLength(1);
  });

  it("tell the model that somebody denied", async () => {
    const { chat, click } = open();
    await chat.sendMessage({ text: "pay bob" });
    await click(false, "lea");
    expect(chat.paying).toMatchObject({ state: "output-denied" });
    expect(chat.messages.at(-1)?.parts.at(-1)).toMatchObject({ type: "text", text: "bye" });
    expect(world.paid).toEqual([]);
  });

  it("wait on where the browser said yes too early, do not loop, and run once the verdict is there", async () => {
    const { chat, requests } = open("by itself");
    await chat.sendMessage({ text: "pay bob" });
    await chat.sayYes();
    expect(chat).toMatchObject({
      status: "error",
      error: { message: "waiting for: large payment" },
      paying: { state: "approval-responded" },
    });
    expect(requests()).toBe(2);
    expect(await gate.approvals.list()).toMatchObject([{ status: "pending" }]);
    await gate.approvals.resolve((await onlyPending(gate)).id, { decision: "approve", approver: LEAD });
    await chat.sendMessage();
    expect(chat.paying).toMatchObject({ state: "output-available", output: { receipt: 1 } });
    expect(world.paid).toHaveLength(1);
  });

  it("go on without the call where the user writes instead of waiting", async () => {
    const { chat } = open();
    await chat.sendMessage({ text: "pay bob" });
    await chat.sendMessage({ text: "never mind" });
    expect(chat).toMatchObject({ status: "ready", error: undefined });
    expect(world.paid).toEqual([]);
  });

  it("resolve nothing that is no approval of ours", async () => {
    const { routes, post } = open();
    const response = await routes.postApproval(post("/api/approvals", JSON.stringify({ requestReason: "please" }), "lea"));
    expect(response.status).toBe(404);
  });
});

describe("a route that believes its client", () => {
  /** It calls the model with what it got, and has no look at the approvals. */
  const open = () => {
    const model = scripted(...PAY);
    return new Chat(
      {
        reconnectToStream: async () => null,
        sendMessages: async ({ messages }) => {
          const agent = new ToolLoopAgent({ model, ...guardTools(gate, toolsOf(world), { session: SESSION }) });
          return createAgentUIStream({ agent, uiMessages: JSON.parse(JSON.stringify(messages)) });
        },
      },
      "by itself",
    );
  };

  it.each([true, false])("does not run what only the client answered (%s)", async (approved) => {
    const chat = open();
    await chat.sendMessage({ text: "pay bob" });
    await chat.sayYes(approved);
    await expect.poll(() => chat.paying?.state).toBe("output-denied");
    expect(world.paid).toEqual([]);
  });

  it("does not run other args than were approved", async () => {
    const chat = open();
    await chat.sendMessage({ text: "pay bob" });
    await gate.approvals.resolve((await onlyPending(gate)).id, { decision: "approve", approver: LEAD });
    const forged: UIMessage[] = JSON.parse(JSON.stringify(chat.messages).replaceAll("bob", "mallory"));
    const messages = await approvalResponses(gate, await convertToModelMessages(forged));
    const model = scripted([text("bye")]);
    await generateText({ model, messages, ...guardTools(gate, toolsOf(world), { session: SESSION }) });
    expect(outputsSeenBy(model)).toEqual([{ type: "execution-denied", reason: expect.stringContaining("call-id-reused") }]);
    expect(world.paid).toEqual([]);
  });
});

it("names the approval to whoever shows the request", async () => {
  const model = scripted(...PAY);
  const { tools, toolApproval } = guardTools(gate, toolsOf(world), { session: SESSION });
  const chat = new Chat({
    reconnectToStream: async () => null,
    sendMessages: async ({ messages }) =>
      createAgentUIStream({ agent: new ToolLoopAgent({ model, tools, toolApproval }), uiMessages: messages }),
  });
  await chat.sendMessage({ text: "pay bob" });
  const { id } = await onlyPending(gate);
  expect(approvalIdIn(chat.asked.requestReason)).toBe(id);
  // on the server, once an approver elsewhere has answered
  const messages = await convertToModelMessages(chat.messages, { tools });
  expect(await pendingApprovals(gate, messages)).toMatchObject([{ id }]);
  await gate.approvals.resolve(id, { decision: "approve", approver: LEAD });
  expect(await pendingApprovals(gate, messages)).toEqual([]);
  const ready = await approvalResponses(gate, messages);
  for (const _ of [1, 2]) await streamText({ model: scripted([text("bye")]), messages: ready, tools, toolApproval }).consumeStream();
  expect(world.paid).toEqual([{ to: "bob", amount: 500 }]);
});
