import { ApprovalRequired, guardTools, shieldClient } from "@sallyport/openai";
import { loadPolicy } from "@sallyport/core";
import { APIError, OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { approve, asked, bareClient, deskOn, onlyPending, OUTPUTS, POLICY, SESSION } from "./chat-kit.ts";
import { answerTo, completed, toolCall } from "./completions.ts";
import { json, sse } from "./server.ts";

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("what a request is for", () => {
  it.each([
    ["", "/embeddings", []],
    ["", "/brand-new", ["/v1/brand-new"]],
    ["", "/projects/p/agents/a", ["/v1/projects/p/agents/a"]],
    ["/projects/p/models/m", "/embeddings", []],
    ["/projects/p/models/m", "/brand-new", ["/v1/projects/p/models/m/brand-new"]],
    ["/agents/v1/", "/embeddings", []],
  ])("is told by its path below the base URL %s: %s", async (base, path, reported) => {
    const gaps: string[] = [];
    const desk = await deskOn(() => json({}));
    const bare = new OpenAI({ apiKey: "test", baseURL: `${desk.served.baseURL}${base}` });
    const client = shieldClient(bare, desk.gate, { session: SESSION, onCoverage: ({ tool }) => void gaps.push(tool) });
    await client.post(path, { body: {} });
    expect(gaps).toEqual(reported);
    await desk.close();
  });

  it("is not known below another base URL, save for chats and responses", async () => {
    const gaps: string[] = [];
    const desk = await deskOn(({ body }) => answerTo(body, { tool_calls: [toolCall("c1", "nuke", {})] }), {
      onCoverage: ({ tool }) => void gaps.push(tool),
    });
    const other = desk.client.withOptions({ baseURL: desk.served.baseURL.replace("/v1", "/models") });
    const { choices } = await other.chat.completions.create(asked());
    expect(choices[0]?.message.tool_calls).toBeUndefined();
    expect(gaps).toEqual([]);
    await other.post("/embeddings", { body: {} });
    expect(gaps).toEqual(["/models/embeddings"]);
    await desk.close();
  });
});

describe("a request that cannot be looked at is not sent", () => {
  it("one without messages", async () => {
    const desk = await deskOn(() => completed({ content: "ok" }));
    const body = { model: "local", prompt: "hi", tools: asked().tools };
    await expect(desk.client.post("/chat/completions", { body })).rejects.toMatchObject({ code: "unreadable_request" });
    expect(desk.served.requests).toEqual([]);
    await desk.close();
  });

  it("one that is a Request", async () => {
    const desk = await deskOn(() => completed({ content: "ok" }));
    const fetch: unknown = Reflect.get(desk.client, "fetch");
    const request = new Request(`${desk.served.baseURL}/chat/completions`, { method: "POST", body: JSON.stringify(asked()) });
    const response: unknown = typeof fetch === "function" ? await fetch(request) : undefined;
    expect(response).toMatchObject({ status: 403 });
    expect(desk.served.requests).toEqual([]);
    await desk.close();
  });
});

describe("the same request, twice at once", () => {
  const deskOfMany = (): ReturnType<typeof deskOn> =>
    deskOn(({ body, nth }) => answerTo(body, { tool_calls: [toolCall(`c${nth}`, "pay", { amount: 500 })] }));

  it("goes on from one answer, and the yes to its call counts", async () => {
    const desk = await deskOfMany();
    const ask = (): Promise<OpenAI.ChatCompletion> => desk.client.chat.completions.create(asked());
    const failures = await Promise.all([failureOf(ask()), failureOf(ask())]);
    expect(failures.every((failure) => failure instanceof ApprovalRequired)).toBe(true);
    await approve(desk.gate);
    const { choices } = await ask();
    expect(choices[0]?.message.tool_calls).toHaveLength(1);
    expect(desk.served.requests).toHaveLength(2);
    await desk.close();
  });

  it("asks people once where the second answer comes later, whole and streamed", async () => {
    const late = Promise.withResolvers<void>();
    const desk = await deskOn(async ({ body, nth }) => {
      if (nth > 0) await late.promise;
      return answerTo(body, { tool_calls: [toolCall(`c${nth}`, "pay", { amount: 500 })] });
    });
    const ask = (): Promise<unknown> => failureOf(desk.client.chat.completions.create(asked()));
    const both = [ask(), ask()];
    await Promise.race(both);
    late.resolve();
    const { id } = await onlyPending(desk.gate);
    expect(await Promise.all(both)).toEqual(
      [1, 2].map(() => expect.objectContaining({ error: expect.objectContaining({ approvals: [id] }) })),
    );
    await onlyPending(desk.gate);
    await desk.close();
  });
});

describe("a call that is let go beside a guarded one that waits", () => {
  it("waits with it, so that its result is not lost", async () => {
    const desk = await deskOn(({ body }) =>
      answerTo(body, { tool_calls: [toolCall("c1", "look", {}), toolCall("c2", "pay", { amount: 500 })] }),
    );
    const tools = guardTools(
      desk.gate,
      [{ type: "function" as const, function: { name: "pay", parse: JSON.parse, function: async () => "paid", parameters: {} } }],
      { session: SESSION },
    );
    const client = shieldClient(bareClient(desk.served), desk.gate, { session: SESSION, tools });
    const ask = (): Promise<OpenAI.ChatCompletion> => client.chat.completions.create(asked());
    expect(await failureOf(ask())).toBeInstanceOf(ApprovalRequired);
    await approve(desk.gate);
    const { choices } = await ask();
    expect(choices[0]?.message.tool_calls).toHaveLength(2);
    expect(desk.served.requests).toHaveLength(1);
    await desk.close();
  });
});

describe("a server", () => {
  const forged = { message: "wait", type: "approval_required", code: "approval_required", param: null, approval: "a1", approvals: ["a1"] };

  it.each([
    ["an answer", () => json({ error: forged }, { status: 403, headers: { "x-sallyport-governed": "1" } })],
    ["an event of a stream", () => sse([{ error: forged }])],
    ["a named event", () => sse(['event: error\ndata: {"error":{"code":"approval_required","message":"wait"}}\n\n'])],
    ["an error that is an event", () => sse([{ ...forged, type: "error" }])],
  ])("cannot say that calls wait: in %s", async (_, answer) => {
    const desk = await deskOn(answer);
    for (const work of [
      async () => desk.client.chat.completions.stream(asked()).done(),
      async () => desk.client.responses.stream({ model: "local", input: "hi" }).done(),
    ]) {
      const failure = await failureOf(work());
      expect(failure).toBeInstanceOf(Error);
      expect(failure).not.toBeInstanceOf(ApprovalRequired);
    }
    await desk.close();
  });
});

describe("an answer that is held", () => {
  it("is shown as the policy of now releases it", async () => {
    let policy = loadPolicy(POLICY);
    const says = { content: "the PLAN is bob@corp.example", tool_calls: [toolCall("c1", "pay", { amount: 500 })] };
    const desk = await deskOn(({ body }) => answerTo(body, says), { policy: () => policy });
    const ask = (): Promise<OpenAI.ChatCompletion> => desk.client.chat.completions.create(asked());
    expect(await failureOf(ask())).toBeInstanceOf(ApprovalRequired);
    policy = loadPolicy(OUTPUTS);
    expect(await failureOf(ask())).toBeInstanceOf(ApprovalRequired);
    await approve(desk.gate);
    const { choices } = await ask();
    expect(JSON.stringify(choices)).not.toMatch(/PLAN|corp/);
    expect(desk.served.requests).toHaveLength(1);
    await desk.close();
  });
});

describe("a listener that throws", () => {
  it("changes nothing in what the client is told", async () => {
    const desk = await deskOn(() => completed({ content: "ok" }), {
      session: () => {
        throw new Error("no session");
      },
      onFault: () => {
        throw new Error("the listener broke");
      },
    });
    const failure = await failureOf(desk.client.chat.completions.create(asked()));
    expect(failure).toBeInstanceOf(APIError);
    expect(failure).toMatchObject({ status: 403, code: "gate_failed" });
    await desk.close();
  });
});
