import { isObject, type Json, type JsonObject } from "@sallyport/core";
import { APIError } from "openai";
import { describe, expect, it } from "vitest";
import { asked, deskOn, OUTPUTS, POLICY, recordsOf, TOOLS, typesOf, type Desk, type DeskOptions } from "./chat-kit.ts";
import { chunksOf, completion, toolCall, type Said } from "./completions.ts";
import { DONE, json, sse, type Answer } from "./server.ts";

const DENIED = "denied by policy: no rule decides; `default:write` denies it (rules: default:write); do not retry this call";
const WITHHELD = "output withheld by policy (no-plans)";
const CAPPED = `${POLICY}
  - { id: cap, tools: [pay], set: { args.amount: "min(args.amount, 50)" } }
  - { id: sign, tools: [note], set: { args.input: "'signed'" } }
`;
const custom = (id: string, name: string, input: string): object => ({ id, type: "custom", custom: { name, input } });
const CITED = [
  { type: "url_citation", url_citation: { start_index: 0, end_index: 3, title: "bob@corp.example", url: "https://a.example" } },
];
const LOGPROBS = { content: [{ token: "bob@corp.example", logprob: 0, bytes: null, top_logprobs: [] }], refusal: null };

type Way = "whole" | "streamed";

/** What the model answers, with members of its choices beside. */
function answerOf(way: Way, messages: readonly Said[], more: object): Answer {
  if (way === "streamed") {
    const chunks = messages.flatMap((message, index) => chunksOf(message, index, more));
    return sse([...chunks, DONE]);
  }
  const { choices, ...head }: { readonly choices?: readonly object[] } = completion(...messages);
  return json({ ...head, choices: choices?.map((one) => ({ ...one, ...more })) });
}

/** What the app gets, as JSON: in the stream's case what the client's own helper puts together. */
async function create(way: Way, { client }: Desk, request: object): Promise<JsonObject> {
  const body = { ...asked(), ...request };
  const answer = way === "whole" ? client.chat.completions.create(body) : client.chat.completions.stream(body).finalChatCompletion();
  const value: Json = JSON.parse(JSON.stringify(await answer));
  return isObject(value) ? value : {};
}

/** A desk whose model says these messages, and what the app got. */
async function ask(
  way: Way,
  said: readonly Said[],
  options: DeskOptions = {},
  more: object = {},
  request: object = {},
): Promise<{ readonly desk: Desk; readonly answer: JsonObject }> {
  const desk = await deskOn(() => answerOf(way, said, more), options);
  try {
    return { desk, answer: await create(way, desk, request) };
  } finally {
    await desk.close();
  }
}

/** The only choice: its message without what is empty, and how it ended. */
async function said(...asked: Parameters<typeof ask>): Promise<JsonObject> {
  const { choices } = (await ask(...asked)).answer;
  const choice = Array.isArray(choices) ? choices[0] : undefined;
  if (!isObject(choice) || !isObject(choice["message"])) throw new Error("no choice");
  const told = Object.entries(choice["message"]).filter(([key, value]) => value !== null && key !== "role" && key !== "parsed");
  return { ...Object.fromEntries(told), end: choice["finish_reason"] ?? null };
}

describe.each<Way>(["whole", "streamed"])("the calls of an answer (%s)", (way) => {
  const nuke = toolCall("c1", "nuke", {});
  const pay = toolCall("c2", "pay", { amount: 5 });
  it.each<[string, Said, DeskOptions, object]>([
    ["pass where they may run", { tool_calls: [pay] }, {}, { tool_calls: [pay], end: "tool_calls" }],
    ["become text where they may not", { tool_calls: [nuke] }, {}, { content: DENIED, end: "stop" }],
    [
      "leave the others, and what was said",
      { content: "wait", tool_calls: [nuke, pay] },
      {},
      { content: `wait\n\n${DENIED}`, tool_calls: [pay], end: "tool_calls" },
    ],
    [
      "carry what was decided on",
      { tool_calls: [toolCall("c2", "pay", { amount: 70 })] },
      { policy: CAPPED },
      { tool_calls: [toolCall("c2", "pay", { amount: 50 })], end: "tool_calls" },
    ],
    [
      "keep the model's own writing where nothing changed",
      { tool_calls: [toolCall("c2", "pay", '{ "amount" : 5 }')] },
      {},
      { tool_calls: [toolCall("c2", "pay", '{ "amount" : 5 }')], end: "tool_calls" },
    ],
    [
      "keep what servers add to them",
      { tool_calls: [{ ...pay, extra_content: { signed: "s" } }] },
      {},
      { tool_calls: [{ ...pay, extra_content: { signed: "s" } }], end: "tool_calls" },
    ],
    [
      "may have no arguments",
      { tool_calls: [toolCall("c2", "look", "")] },
      {},
      { tool_calls: [toolCall("c2", "look", "{}")], end: "tool_calls" },
    ],
    [
      "may be custom ones",
      { tool_calls: [custom("c3", "note", "a line")] },
      {},
      { tool_calls: [custom("c3", "note", "a line")], end: "tool_calls" },
    ],
    [
      "may be custom ones with another input",
      { tool_calls: [custom("c3", "note", "a line")] },
      { policy: CAPPED },
      { tool_calls: [custom("c3", "note", "signed")], end: "tool_calls" },
    ],
    ["may be custom ones that are denied", { tool_calls: [custom("c3", "nuke", "a line")] }, {}, { content: DENIED, end: "stop" }],
    [
      "may be of the old kind",
      { function_call: { name: "pay", arguments: '{"amount":5}' } },
      {},
      { function_call: { name: "pay", arguments: '{"amount":5}' }, end: "stop" },
    ],
    ["may be of the old kind and denied", { function_call: { name: "nuke", arguments: "{}" } }, {}, { content: DENIED, end: "stop" }],
  ])("%s", async (_, message, options, wanted) => {
    expect(await said(way, [message], options)).toEqual(wanted);
  });

  it.each(["{", '{"amount": 5, "amount": 5000}', "[5]", '"5"', '{"amount": 5} {"amount": 6}', "NaN"])(
    "are denied where their arguments are %s",
    async (args) => {
      const { desk, answer } = await ask(way, [{ tool_calls: [toolCall("c1", "pay", args)] }]);
      expect(JSON.stringify(answer)).toContain("invalid-args");
      expect(JSON.stringify(answer)).not.toContain("tool_calls");
      expect(await typesOf(desk)).not.toContain("call.started");
    },
  );

  it("say why in `refusal` where the text is to be parsed", async () => {
    const request = { response_format: { type: "json_object" } };
    expect(await said(way, [{ tool_calls: [nuke] }], {}, {}, request)).toEqual({ refusal: DENIED, end: "stop" });
  });

  it("are let go once: the same answer again is no second call", async () => {
    const desk = await deskOn(() => answerOf(way, [{ tool_calls: [pay] }], {}));
    await create(way, desk, {});
    const again = JSON.stringify(await create(way, desk, {}));
    expect(again).toContain("it is not run again");
    expect(again).not.toContain("tool_calls");
    expect((await typesOf(desk)).filter((type) => type === "call.started")).toHaveLength(1);
    await desk.close();
  });

  it("are text where the request has no such tool, whatever the policy says of it", async () => {
    const { desk, answer } = await ask(way, [{ tool_calls: [pay] }], {}, {}, { tools: TOOLS.slice(1) });
    expect(JSON.stringify(answer)).toContain("not run: `pay` is not among the tools of the request; do not retry this call");
    expect(JSON.stringify(answer)).not.toContain("tool_calls");
    expect(await typesOf(desk)).toEqual(expect.arrayContaining(["call.proposed"]));
    expect(await typesOf(desk)).not.toContain("call.started");
  });

  it("of alternatives have ids of their own", async () => {
    const { answer, desk } = await ask(way, [
      { tool_calls: [pay] },
      { tool_calls: [toolCall("c2", "pay", { amount: 7 })] },
      { content: "or nothing" },
      { tool_calls: [nuke] },
    ]);
    expect(answer["choices"]).toMatchObject([
      { message: { tool_calls: [pay] } },
      { message: { tool_calls: [toolCall("c2_1", "pay", { amount: 7 })] } },
      { message: { content: "or nothing" }, finish_reason: "stop" },
      { message: { content: DENIED }, finish_reason: "stop" },
    ]);
    expect((await recordsOf(desk)).filter(({ type }) => type === "call.started").map(({ state }) => state["call"])).toEqual(["c2", "c2_1"]);
  });

  it.each<[string, Said, object?]>([
    ["are of an unknown type", { tool_calls: [{ id: "c1", type: "computer", computer: { name: "pay" } }] }],
    [
      "say two things",
      { tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: "{}" }, custom: { name: "nuke", input: "" } }] },
    ],
    ["have no id", { tool_calls: [{ type: "function", function: { name: "pay", arguments: "{}" } }] }],
    ["have no name", { tool_calls: [{ id: "c1", type: "function", function: { arguments: "{}" } }] }],
    [
      "have arguments that are no text",
      { tool_calls: [{ id: "c1", type: "function", function: { name: "pay", arguments: { amount: 5 } } }] },
    ],
    ["are no objects", { tool_calls: JSON.parse("[null]") }],
    ["are no list", { tool_calls: JSON.parse('{"id":"c1"}') }],
    ["stand in a member that nobody knows", { provider: { tool_call: { name: "pay" } } }],
    ["may be cut off", { tool_calls: [pay] }, { finish_reason: "length" }],
    ["may be cut off by a filter", { tool_calls: [pay] }, { finish_reason: "content_filter" }],
  ])("refuse the answer where they %s", async (_, message, choice = {}) => {
    const desk = await deskOn(() => answerOf(way, [message], choice));
    const failure = await create(way, desk, {}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(APIError);
    expect(failure).toMatchObject({ status: way === "whole" ? 502 : undefined, code: "invalid_answer" });
    expect(desk.served.requests).toHaveLength(1);
    expect(await typesOf(desk)).not.toContain("call.proposed");
    await desk.close();
  });
});

describe.each<Way>(["whole", "streamed"])("the texts of an answer (%s)", (way) => {
  it.each<[string, Said, object]>([
    ["content", { content: "ask bob@corp.example" }, { content: "ask [EMAIL_1]" }],
    ["a refusal", { refusal: "not for bob@corp.example" }, { refusal: "not for [EMAIL_1]" }],
    ["reasoning", { reasoning_content: "bob@corp.example asks", content: "hm" }, { reasoning_content: "[EMAIL_1] asks", content: "hm" }],
    ["reasoning by its other name", { reasoning: "a PLAN", content: "hm" }, { reasoning: WITHHELD, content: "hm" }],
    ["content that is withheld", { content: "the PLAN" }, { content: WITHHELD }],
    ["what citations repeat", { content: "ask bob@corp.example", annotations: CITED }, { content: "ask [EMAIL_1]" }],
    ["citations of other words", { content: "ask me", annotations: CITED }, { content: "ask me", annotations: CITED }],
    ["sounds", { audio: { id: "a1", data: "AAAA", transcript: "mail bob@corp.example", expires_at: 1 } }, {}],
    ["sounds without words", { audio: { id: "a1", data: "AAAA" } }, {}],
    [
      "other sounds",
      { audio: { id: "a1", data: "AAAA", transcript: "mail me", expires_at: 1 } },
      { audio: { id: "a1", data: "AAAA", transcript: "mail me", expires_at: 1 } },
    ],
    [
      "members that nobody knows",
      { content: "hm", reasoning_details: [{ text: "bob@corp.example" }], score: 5 },
      { content: "hm", score: 5 },
    ],
  ])("go through the rules: %s", async (_, message, wanted) => {
    expect(await said(way, [message], { policy: OUTPUTS })).toEqual({ ...wanted, end: "stop" });
  });

  it("leave nothing behind in the logprobs", async () => {
    const { answer } = await ask(way, [{ content: "ask bob@corp.example" }], { policy: OUTPUTS }, { logprobs: LOGPROBS });
    expect(JSON.stringify(answer)).not.toContain("bob@");
    const same = await ask(way, [{ content: "ask me" }], {}, { logprobs: LOGPROBS });
    expect(same.answer["choices"]).toMatchObject([{ logprobs: LOGPROBS }]);
  });

  it("are on record, also of members that compatible servers add where no rule asks", async () => {
    const message = { content: "hello", reasoning_details: [{ text: "hm" }] };
    const { answer, desk } = await ask(way, [message, { content: "or this" }]);
    expect(answer["choices"]).toMatchObject([{ message }, { message: { content: "or this" } }]);
    const released = (await recordsOf(desk)).filter(({ type }) => type === "output.released");
    expect(released.map(({ payload }) => isObject(payload) && payload["text"])).toEqual(["hello", "or this"]);
  });

  it.each([{ content: [{ type: "text", text: "hi" }] }, { refusal: 5 }])("refuse the answer where they are none: %j", async (message) => {
    await expect(ask(way, [JSON.parse(JSON.stringify(message))])).rejects.toMatchObject({ code: "invalid_answer" });
  });
});

describe("an answer", () => {
  it.each(["null", "[]", "{}", '{"choices":{}}', '{"choices":[5]}', '{"choices":[{"index":0}]}', "no JSON", ""])(
    "is refused where it is none: %s",
    async (body) => {
      const desk = await deskOn(() => ({ headers: { "content-type": "application/json" }, body: [body] }));
      await expect(desk.client.chat.completions.create(asked())).rejects.toMatchObject({ status: 502, code: "invalid_answer" });
      expect(desk.served.requests).toHaveLength(1);
      await desk.close();
    },
  );
});
