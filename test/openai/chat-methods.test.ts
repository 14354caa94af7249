import { shieldClient } from "@sallyport/openai";
import { AzureOpenAI, OpenAI } from "openai";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { asked, deskOn, SESSION, typesOf, type Desk } from "./chat-kit.ts";
import { answerTo, completed, toolCall, type Said } from "./completions.ts";
import { apiError, json, type Received } from "./server.ts";

const BOTH: Said = { content: "I see", tool_calls: [toolCall("c1", "nuke", {}), toolCall("c2", "pay", { amount: 5 })] };
const CONTENT = expect.stringMatching(/^I see\n\ndenied by policy: .*do not retry this call$/);
const JUDGED = { content: CONTENT, tool_calls: [toolCall("c2", "pay", { amount: 5 })] };

const both = ({ body }: Received) => answerTo(body, BOTH);
const deskWith = (client: (served: Desk["served"]) => OpenAI): Promise<Desk> =>
  deskOn(both).then((desk) => ({ ...desk, client: shieldClient(client(desk.served), desk.gate, { session: SESSION }) }));

describe("every method goes through the gate", () => {
  const METHODS: Readonly<Record<string, (client: OpenAI) => Promise<unknown>>> = {
    create: async (client) => (await client.chat.completions.create(asked())).choices[0]?.message,
    stream: (client) => client.chat.completions.stream(asked()).finalMessage(),
    withResponse: async (client) => (await client.chat.completions.create(asked()).withResponse()).data.choices[0]?.message,
    asResponse: async (client) => {
      const answer: OpenAI.ChatCompletion = JSON.parse(await (await client.chat.completions.create(asked()).asResponse()).text());
      return answer.choices[0]?.message;
    },
    post: async (client) => {
      const answer: OpenAI.ChatCompletion = await client.post("/chat/completions", { body: asked() });
      return answer.choices[0]?.message;
    },
    withOptions: async (client) => {
      const other = client.withOptions({ timeout: 5_000 }).withOptions({ maxRetries: 0 });
      return (await other.chat.completions.create(asked())).choices[0]?.message;
    },
    retrieve: async (client) => (await client.chat.completions.retrieve("chatcmpl-local")).choices[0]?.message,
    update: async (client) => (await client.chat.completions.update("chatcmpl-local", { metadata: { seen: "yes" } })).choices[0]?.message,
  };

  it.each(Object.keys(METHODS))("%s", async (method) => {
    const desk = await deskOn(both);
    const message = await METHODS[method]?.(desk.client);
    expect(message).toMatchObject(JUDGED);
    expect(await typesOf(desk)).toContain("call.started");
    expect(desk.served.requests).toHaveLength(1);
    await desk.close();
  });

  it("also below another path", async () => {
    const desk = await deskWith(({ baseURL }) => new OpenAI({ apiKey: "test", baseURL: `${baseURL}/proxy/team-a/openai` }));
    expect(await METHODS["create"]?.(desk.client)).toMatchObject(JUDGED);
    expect(desk.served.requests[0]?.path).toBe("/v1/proxy/team-a/openai/chat/completions");
    await desk.close();
  });

  it.each(["create", "stream", "withOptions"])("also on Azure: %s", async (method) => {
    const desk = await deskWith(
      ({ baseURL }) => new AzureOpenAI({ apiKey: "test", endpoint: new URL(baseURL).origin, apiVersion: "2026-01-01", deployment: "mini" }),
    );
    expect(desk.client).toBeInstanceOf(AzureOpenAI);
    expect(await METHODS[method]?.(desk.client)).toMatchObject(JUDGED);
    const [request] = desk.served.requests;
    expect([request?.path, request?.query.get("api-version")]).toEqual(["/openai/deployments/mini/chat/completions", "2026-01-01"]);
    await desk.close();
  });

  it("and tells what the client tells of an answer", async () => {
    const desk = await deskOn(both);
    const { data, response, request_id: id } = await desk.client.chat.completions.create(asked()).withResponse();
    expect([Reflect.get(data, "_request_id"), id, response.headers.get("x-request-id"), response.status]).toEqual([
      "req_local",
      "req_local",
      "req_local",
      200,
    ]);
    expect(response.headers.get("content-length")).toBeNull();
    await desk.close();
  });
});

describe("parse", () => {
  const Pay = z.object({ amount: z.number() });
  const tools = [zodFunction({ name: "pay", parameters: Pay }), zodFunction({ name: "nuke", parameters: z.object({}) })];
  const parse = (client: OpenAI) =>
    client.chat.completions.parse({ ...asked(), tools, response_format: zodResponseFormat(z.object({ total: z.number() }), "answer") });

  it("parses what was decided on, and reads a denial as a refusal", async () => {
    const desk = await deskOn(({ body }) =>
      answerTo(body, { content: '{"total":3}', tool_calls: [toolCall("c1", "nuke", {}), toolCall("c2", "pay", { amount: 5 })] }),
    );
    const message = (await parse(desk.client)).choices[0]?.message;
    expect(message?.refusal).toContain("denied by policy");
    expect(message?.tool_calls).toMatchObject([{ function: { parsed_arguments: { amount: 5 } } }]);
    await desk.close();
  });

  it("parses an answer without calls as ever", async () => {
    const desk = await deskOn(({ body }) => answerTo(body, { content: '{"total":3}' }));
    expect((await parse(desk.client)).choices[0]?.message.parsed).toEqual({ total: 3 });
    const stream = desk.client.chat.completions.stream({
      ...asked(),
      response_format: zodResponseFormat(z.object({ total: z.number() }), "answer"),
    });
    expect(await stream.finalMessage()).toMatchObject({ parsed: { total: 3 } });
    await desk.close();
  });
});

describe.each([false, true])("runTools (stream: %s)", (stream) => {
  const turns = ({ nth, body }: Received) => answerTo(body, nth === 0 ? BOTH : { content: "done" });
  const run = async (
    desk: Desk,
  ): Promise<{ readonly ran: readonly unknown[]; readonly final: unknown; readonly messages: readonly object[] }> => {
    const ran: unknown[] = [];
    const tool = (name: string) => ({
      type: "function" as const,
      function: {
        name,
        description: `does ${name}`,
        parameters: { type: "object", properties: {} },
        function: (args: string) => {
          ran.push([name, args]);
          return `${name} for bob@corp.example`;
        },
      },
    });
    const { messages, model } = asked();
    const body = { model, messages, tools: [tool("pay"), tool("nuke")] };
    const runner = stream ? desk.client.chat.completions.runTools({ ...body, stream: true }) : desk.client.chat.completions.runTools(body);
    return { ran, final: await runner.finalContent(), messages: runner.messages };
  };

  it("runs what is let go, with the results that may be shown", async () => {
    const desk = await deskOn(turns);
    const { ran, final } = await run(desk);
    expect([ran, final]).toEqual([[["pay", '{"amount":5}']], "done"]);
    const sent = desk.served.requests[1]?.body["messages"];
    expect(sent).toMatchObject([
      { role: "user" },
      { role: "assistant", ...JUDGED },
      { role: "tool", tool_call_id: "c2", content: "pay for bob@corp.example" },
    ]);
    expect(await typesOf(desk)).toEqual(expect.arrayContaining(["call.started", "call.completed", "output.released"]));
    await desk.close();
  });

  it("runs nothing where nothing is let go, and asks the model no more than it would", async () => {
    const desk = await deskOn(({ body }) => answerTo(body, { tool_calls: [toolCall("c1", "nuke", {})] }));
    const { ran, final } = await run(desk);
    expect([ran, final]).toEqual([[], expect.stringContaining("denied by policy")]);
    expect(desk.served.requests).toHaveLength(1);
    await desk.close();
  });
});

describe("what is no chat", () => {
  it("passes where no model is asked, and is reported where one is", async () => {
    const gaps: unknown[] = [];
    const desk = await deskOn(() => json({ object: "list", data: [] }), { onCoverage: (gap) => gaps.push(gap) });
    await desk.client.models.list();
    await desk.client.files.list();
    expect(gaps).toEqual([]);
    await desk.client.completions.create({ model: "local", prompt: "hi" });
    await desk.client.chat.completions.list();
    expect(gaps).toEqual([
      { tool: "/v1/completions", gap: "ungoverned" },
      { tool: "/v1/chat/completions", gap: "ungoverned" },
    ]);
    await desk.close();
  });

  it("is refused where the gate is strict", async () => {
    const desk = await deskOn(() => completed({ content: "ok" }), { strict: true });
    await expect(desk.client.completions.create({ model: "local", prompt: "hi" })).rejects.toMatchObject({
      status: 403,
      code: "not_enforceable",
    });
    expect(desk.served.requests).toEqual([]);
    await desk.close();
  });

  it("is an error of the server's own where it says so", async () => {
    const desk = await deskOn(() => apiError(404, "no such model", "model_not_found"));
    await expect(desk.client.models.retrieve("x")).rejects.toMatchObject({ status: 404, code: "model_not_found" });
    await desk.close();
  });
});
