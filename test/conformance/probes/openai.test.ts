import { afterEach, beforeEach, expect, it } from "vitest";
import { ModelServer } from "../drivers/openai-server.ts";
import { oneAfterTheOther } from "./turns.ts";

let server: ModelServer;
beforeEach(() => {
  server = new ModelServer();
});
afterEach(async () => server.close());

const call = { kind: "call", id: "c1", tool: "pay", args: {} } as const;
const bye = { kind: "text", text: "bye" } as const;
const parameters = { type: "object", properties: {} };

it("has no pause that could be answered: `runTools` runs each call at once, and nothing of a run could be resumed", async () => {
  const paid: unknown[] = [];
  const pay = {
    description: "pays",
    parameters,
    parse: JSON.parse,
    function: async function pay(args: object) {
      return paid.push(args);
    },
  };
  const client = await server.clientOf("desk", oneAfterTheOther([call], [bye]));
  const asked = [{ role: "user" as const, content: "pay" }];
  const runner = client.chat.completions.runTools({ model: "desk", messages: asked, tools: [{ type: "function", function: pay }] });
  await runner.done();
  expect(paid).toEqual([{}]);
  expect(["resume", "approve", "toJSON", "state"].filter((name) => name in runner)).toEqual([]);
});

it("runs nothing itself with the Responses API: a call is an item, and the only answer to it is a result", async () => {
  const client = await server.clientOf("desk", oneAfterTheOther([call], [bye]));
  const tools = [{ type: "function" as const, name: "pay", parameters, strict: false }];
  const { output } = await client.responses.create({ model: "desk", input: "pay", tools });
  expect(output).toMatchObject([{ type: "function_call", call_id: "c1" }]);
  const answer = { type: "function_call_output" as const, call_id: "c1", output: "yes" };
  const { output_text: text } = await client.responses.create({
    model: "desk",
    input: [answer],
    previous_response_id: "resp_local",
    tools,
  });
  expect(text).toBe("bye");
});
