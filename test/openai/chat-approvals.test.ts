import { ApprovalRequired, shieldClient } from "@sallyport/openai";
import { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { approve, asked, bareClient, deny, deskOn, LEAD, onlyPending, recordsOf, TOOLS, typesOf, type Desk } from "./chat-kit.ts";
import { answerTo, toolCall } from "./completions.ts";

const LARGE = { content: "I pay", tool_calls: [toolCall("c1", "pay", { amount: 500 })] };

const create = async (client: OpenAI, text?: string): Promise<unknown> =>
  (await client.chat.completions.create(asked(text))).choices[0]?.message;

const WAYS: Readonly<Record<string, (client: OpenAI, text?: string) => Promise<unknown>>> = {
  create,
  "create streamed": async (client, text) => {
    const calls: unknown[] = [];
    for await (const { choices } of await client.chat.completions.create({ ...asked(text), stream: true }))
      calls.push(...(choices[0]?.delta.tool_calls ?? []));
    return { tool_calls: calls };
  },
  stream: (client, text) => client.chat.completions.stream(asked(text)).finalMessage(),
  parse: async (client, text) => (await client.chat.completions.parse({ ...asked(text), tools: STRICT })).choices[0]?.message,
  withResponse: async (client, text) => (await client.chat.completions.create(asked(text)).withResponse()).data.choices[0]?.message,
  post: async (client, text) => {
    const answer: OpenAI.ChatCompletion = await client.post("/chat/completions", { body: asked(text) });
    return answer.choices[0]?.message;
  },
};

// the only tools that `parse` takes
const STRICT = TOOLS.map((tool) => ({ ...tool, function: { ...tool.function, strict: true } }));

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(Object.entries(WAYS))("a call that waits (%s)", (way, askWith) => {
  const ask = (desk: Desk, text?: string): Promise<unknown> => askWith(desk.client, text);
  const waiting = async (): Promise<Desk> => {
    const desk = await deskOn(({ body }) => answerTo(body, LARGE));
    const failure = await failureOf(ask(desk));
    const { id } = await onlyPending(desk.gate);
    expect(failure).toBeInstanceOf(OpenAI.APIError);
    expect(failure).toBeInstanceOf(ApprovalRequired);
    expect(failure).toMatchObject({ code: "approval_required", error: { approval: id, approvals: [id] } });
    if (!way.includes("stream")) expect(failure).toMatchObject({ status: 403 });
    return desk;
  };
  const close = async (desk: Desk, requests: number): Promise<void> => {
    expect(desk.served.requests).toHaveLength(requests);
    await desk.close();
  };

  it("asks the model once, also where it is asked again too early", async () => {
    const desk = await waiting();
    expect(await failureOf(ask(desk))).toBeInstanceOf(ApprovalRequired);
    expect(await typesOf(desk)).not.toContain("call.started");
    await close(desk, 1);
  });

  it("goes on after the verdict without another model call, once", async () => {
    const desk = await waiting();
    await approve(desk.gate);
    expect(await ask(desk)).toMatchObject({ tool_calls: [toolCall("c1", "pay", { amount: 500 })] });
    expect(JSON.stringify(await ask(desk))).toMatch(/not run again|\[\]/);
    expect((await typesOf(desk)).filter((type) => type === "call.started")).toHaveLength(1);
    await close(desk, 1);
  });

  it("runs with the args that the approver saw", async () => {
    const desk = await waiting();
    const { id } = await onlyPending(desk.gate);
    await desk.gate.approvals.resolve(id, { decision: "approve", approver: LEAD, args: { amount: 500, to: "eve" } });
    expect(JSON.stringify(await ask(desk))).toContain('\\"to\\":\\"eve\\"');
    await close(desk, 1);
  });

  it("is a text where the verdict is no", async () => {
    const desk = await waiting();
    await deny(desk.gate);
    expect(JSON.stringify(await ask(desk))).not.toContain('"c1"');
    expect(await typesOf(desk)).not.toContain("call.started");
    await close(desk, 1);
  });

  it("is another one where the request is", async () => {
    const desk = await waiting();
    await approve(desk.gate);
    await failureOf(ask(desk, "something else"));
    await close(desk, 2);
  });

  it("is nobody else's to go on from", async () => {
    const desk = await waiting();
    await approve(desk.gate);
    const eve = shieldClient(bareClient(desk.served), desk.gate, {
      session: { id: "chat-1", principal: { id: "eve" }, agent: { id: "desk" } },
      onFault: () => {},
    });
    expect(JSON.stringify(await failureOf(askWith(eve)))).not.toContain("pay");
    expect((await recordsOf(desk)).filter(({ type }) => type === "call.started")).toEqual([]);
    await desk.close();
  });
});

describe("several calls of an answer", () => {
  it("wait together: what may run at once is let go with the others", async () => {
    const calls = [toolCall("c1", "pay", { amount: 500 }), toolCall("c2", "pay", { amount: 5 }), toolCall("c3", "nuke", {})];
    const desk = await deskOn(({ body }) => answerTo(body, { tool_calls: calls }));
    expect(await failureOf(create(desk.client))).toBeInstanceOf(ApprovalRequired);
    expect(await typesOf(desk)).not.toContain("call.started");
    await approve(desk.gate);
    expect(await create(desk.client)).toMatchObject({
      content: expect.stringContaining("denied by policy"),
      tool_calls: calls.slice(0, 2),
    });
    expect(desk.served.requests).toHaveLength(1);
    await desk.close();
  });

  it("of which more than one waits name all approvals", async () => {
    const desk = await deskOn(({ body }) =>
      answerTo(body, { tool_calls: [toolCall("c1", "pay", { amount: 500 }), toolCall("c2", "pay", { amount: 600 })] }),
    );
    const failure = await failureOf(create(desk.client));
    const ids = (await desk.gate.approvals.list({ status: "pending" })).map(({ id }) => id);
    expect(failure).toMatchObject({ error: { approvals: ids } });
    expect(ids).toHaveLength(2);
    await desk.close();
  });
});

describe("a denial", () => {
  it.each(Object.entries(WAYS))("is one model call (%s)", async (_, askWith) => {
    const desk = await deskOn(({ body }) => answerTo(body, { tool_calls: [toolCall("c1", "nuke", {})] }));
    await askWith(desk.client);
    expect(desk.served.requests).toHaveLength(1);
    await desk.close();
  });
});
