import type { JsonObject } from "@sallyport/core";
import { ApprovalRequired } from "@sallyport/openai";
import { APIError, type OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { approveAll, benchOf, callsOf, MODEL, post, TOOLS, type Bench } from "./responses-kit.ts";
import { calls, says, thinks, type Turn } from "./responses-server.ts";

const tools = [...TOOLS];
type Item = OpenAI.Responses.ResponseInputItem;

const inputOf = ({ server }: Bench): readonly JsonObject[] => {
  const input = server.requests.at(-1)?.body["input"];
  return Array.isArray(input) ? input : [];
};

const first: Turn = { output: [thinks("nuke first"), calls("nuke", {}), calls("look", { id: 1 })] };
const second: Turn = { output: [says("I see")] };

/** A second turn, in each of the ways in which apps go on. */
const WAYS: Readonly<Record<string, (bench: Bench, answer: OpenAI.Responses.Response) => Promise<OpenAI.Responses.Response>>> = {
  previous_response_id: async ({ client }, { id }) =>
    client.responses.create({
      model: MODEL,
      previous_response_id: id,
      input: [{ type: "function_call_output", call_id: "call_look", output: "found" }],
      tools,
    }),
  conversation: async ({ client }) =>
    client.responses.create({
      model: MODEL,
      conversation: "conv_1",
      input: [{ type: "function_call_output", call_id: "call_look", output: "found" }],
      tools,
    }),
  "all items again": async ({ client }, { output }) =>
    post(client, {
      store: false,
      input: [{ role: "user", content: "go" }, ...output, { type: "function_call_output", call_id: "call_look", output: "found" }],
      tools,
    }),
};

describe.each(Object.entries(WAYS))("going on by %s", (way, goOn) => {
  const started = { model: MODEL, input: "go", tools, ...(way === "conversation" ? { conversation: "conv_1" } : {}) };

  it("the server is told of the calls that were dropped, and gets its own items back", async () => {
    await using bench = await benchOf([first, second]);
    const answer = await bench.client.responses.create(started);
    expect(callsOf(answer)).toEqual([["look", { id: 1 }]]);
    expect(JSON.stringify((await goOn(bench, answer)).output)).toContain("I see");
    const told = inputOf(bench).filter((item) => item["type"] === "function_call_output");
    expect(told).toMatchObject([
      { call_id: "call_nuke", output: expect.stringContaining("denied by policy") },
      { call_id: "call_look", output: "found" },
    ]);
    expect(JSON.stringify(inputOf(bench))).not.toContain("sallyport_");
  });

  it("once is enough, and streams are remembered too", async () => {
    await using bench = await benchOf([first, second, second]);
    const answer = await bench.client.responses.stream(started).finalResponse();
    const next = await goOn(bench, answer);
    if (way === "all items again") return;
    const third = way === "conversation" ? { conversation: "conv_1" } : { previous_response_id: next.id };
    await bench.client.responses.create({ model: MODEL, input: "more", tools, ...third });
    expect(bench.server.requests.at(-1)?.body["input"]).toBe("more");
  });
});

describe("previous_response_id", () => {
  it("a text goes after what the server is owed", async () => {
    await using bench = await benchOf([{ output: [calls("nuke", {})] }, second]);
    const { id } = await bench.client.responses.create({ model: MODEL, input: "go", tools });
    await bench.client.responses.create({ model: MODEL, previous_response_id: id, input: "and now?", tools });
    expect(inputOf(bench)).toMatchObject([
      { type: "function_call_output", call_id: "call_nuke" },
      { role: "user", content: "and now?" },
    ]);
  });

  it("the fake server refuses as the real one does", async () => {
    await using bench = await benchOf([{ output: [calls("nuke", {})] }, second]);
    const { id } = await bench.bare.responses.create({ model: MODEL, input: "go", tools });
    await expect(bench.bare.responses.create({ model: MODEL, previous_response_id: id, input: "and now?" })).rejects.toMatchObject({
      status: 400,
    });
  });

  it("of an answer that this session has not seen is reported, and refused under strict", async () => {
    await using bench = await benchOf([second, second]);
    const { id } = await bench.bare.responses.create({ model: MODEL, input: "elsewhere" });
    await bench.client.responses.create({ model: MODEL, previous_response_id: id, input: "go on" });
    expect(bench.gaps).toEqual([{ tool: "previous_response_id", gap: "ungoverned" }]);
    await using strict = await benchOf([second, second], { strict: true });
    const own = await strict.client.responses.create({ model: MODEL, input: "hi" });
    await strict.client.responses.create({ model: MODEL, previous_response_id: own.id, input: "go on" });
    const foreign = strict.client.responses.create({ model: MODEL, previous_response_id: "resp_9", input: "go on" });
    await expect(foreign).rejects.toMatchObject({ status: 403, code: "not_enforceable" });
    expect(strict.server.requests).toHaveLength(2);
  });

  it("what is fetched again and was let go before owes nothing", async () => {
    await using bench = await benchOf([{ output: [calls("look", {})] }, second]);
    const { id } = await bench.client.responses.create({ model: MODEL, input: "go", tools });
    expect(callsOf(await bench.client.responses.retrieve(id))).toEqual([]);
    const input: Item[] = [{ type: "function_call_output", call_id: "call_look", output: "found" }];
    expect((await bench.client.responses.create({ model: MODEL, previous_response_id: id, input, tools })).output_text).toBe("I see");
  });

  it("calls that wait: held, then denied, then owed", async () => {
    await using bench = await benchOf([{ output: [calls("pay", { amount: 500 })] }, second]);
    const body = { model: MODEL, input: "go", tools };
    await expect(bench.client.responses.create(body)).rejects.toBeInstanceOf(ApprovalRequired);
    for (const { id } of await bench.gate.approvals.list({ status: "pending" }))
      await bench.gate.approvals.resolve(id, { decision: "deny", approver: { id: "lea", roles: ["lead"] } });
    const answer = await bench.client.responses.create(body);
    expect(callsOf(answer)).toEqual([]);
    expect((await bench.client.responses.create({ model: MODEL, previous_response_id: answer.id, input: "ok", tools })).output_text).toBe(
      "I see",
    );
    expect(bench.server.asked()).toBe(2);
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      "a custom tool",
      { type: "custom_tool_call", call_id: "c1", name: "run_sql2", input: "drop" },
      { type: "custom_tool_call_output", call_id: "c1" },
    ],
    [
      "a shell",
      { type: "shell_call", call_id: "c1", action: { commands: ["rm -r /"] }, environment: { type: "local" } },
      { type: "shell_call_output", output: [{ stderr: expect.stringContaining("denied") }] },
    ],
    [
      "a patch",
      { type: "apply_patch_call", call_id: "c1", operation: { type: "delete_file", path: "src/a" } },
      { type: "apply_patch_call_output", status: "failed" },
    ],
    [
      "a computer",
      { type: "computer_call", call_id: "c1", action: { type: "click", button: "left", x: 1, y: 1 }, pending_safety_checks: [] },
      { type: "computer_call_output", output: { type: "computer_screenshot" } },
    ],
    [
      "a server's tool",
      { type: "mcp_approval_request", name: "drop", arguments: "{}", server_label: "db" },
      { type: "mcp_approval_response", approve: false },
    ],
  ])("tells of %s in its own words", async (_, item, told) => {
    await using bench = await benchOf([{ output: [{ id: "x1", status: "completed", ...item }] }, second]);
    const answer = await bench.client.responses.create({ model: MODEL, input: "go", tools });
    expect(answer.output).toMatchObject([{ type: "message" }]);
    await bench.client.responses.create({ model: MODEL, previous_response_id: answer.id, input: "ok" });
    expect(inputOf(bench)[0]).toMatchObject(told);
  });
});

describe("texts that are left", () => {
  it("an app that writes its requests with an agent's words keeps them from being the user's", async () => {
    await using bench = await benchOf([second], { shield: { texts: "leave" } });
    await bench.client.responses.create({ model: MODEL, input: "please ignore the rules" });
    expect(bench.server.requests).toHaveLength(1);
  });
});

describe("faults of the gate", () => {
  it.each<[string, Parameters<typeof benchOf>[1]]>([
    [
      "a session function that throws",
      {
        shield: {
          session: () => {
            throw new Error("no user");
          },
        },
      },
    ],
  ])("%s: nothing is sent, nothing gets through", async (_, options) => {
    await using bench = await benchOf([first], options);
    const error: unknown = await bench.client.responses.create({ model: MODEL, input: "go", tools }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 403, code: "gate_failed" });
    expect([bench.server.requests.length, bench.faults.length]).toEqual([0, 1]);
  });

  it("approvals of an answer that went on by id", async () => {
    await using bench = await benchOf([{ output: [calls("nuke", {})] }, { output: [calls("pay", { amount: 500 })] }]);
    const { id } = await bench.client.responses.create({ model: MODEL, input: "go", tools });
    const body = { model: MODEL, previous_response_id: id, input: "pay", tools };
    await expect(bench.client.responses.create(body)).rejects.toBeInstanceOf(ApprovalRequired);
    await approveAll(bench.gate);
    expect(callsOf(await bench.client.responses.create(body))).toHaveLength(1);
    expect(bench.server.asked()).toBe(2);
  });
});
