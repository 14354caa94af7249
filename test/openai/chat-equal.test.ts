import { createGate, loadPolicy, memoryStore } from "@sallyport/core";
import { shieldClient } from "@sallyport/openai";
import fc from "fast-check";
import { OpenAI } from "openai";
import { expect, it } from "vitest";
import { asked, OUTPUTS, POLICY, SESSION } from "./chat-kit.ts";
import { chunk, completion, toolCall } from "./completions.ts";
import { DONE } from "./server.ts";

const text = fc
  .array(fc.constantFrom("mail ", "bob@corp.example", " bob@", "corp.example ", "PLAN ", "€", "😀", "\n", "and so on "), { maxLength: 8 })
  .map((words) => words.join(""));
const call = fc.tuple(
  fc.constantFrom("pay", "nuke", "look", "ghost"),
  fc.constantFrom('{"amount":5}', "{}", '{"amount":', '{ "a" : 1 }', '{"a":1,"a":2}', ""),
);
const answer = fc.record({ content: text, calls: fc.array(call, { maxLength: 4 }), gap: fc.boolean(), late: text });

/** A client that gets this body, and the records it leaves. */
async function clientOf(
  policy: string,
  body: string,
  kind: string,
): Promise<{ readonly client: OpenAI; readonly records: () => Promise<readonly unknown[]> }> {
  const store = memoryStore();
  const gate = await createGate({ policy: loadPolicy(policy), store });
  const bare = new OpenAI({ apiKey: "none", fetch: async () => new Response(body, { headers: { "content-type": kind } }) });
  const records = async (): Promise<readonly unknown[]> => {
    const streams = await Promise.all((await store.streams()).map(({ stream }) => store.read(stream, 0)));
    return streams.flat().map(({ type, state }) => [type, state["call"] ?? null, state["decision"] ?? null, state["rules"] ?? null]);
  };
  return { client: shieldClient(bare, gate, { session: SESSION, onCoverage: () => {} }), records };
}

/** A text in pieces of these lengths, over and over. */
function cut(said: string, lengths: readonly number[]): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < said.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    pieces.push(said.slice(at, at + length));
    at += length;
  }
  return pieces;
}

it("an answer is the same, whole and in whatever parts it comes, and so are its records", async () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(
    fc.constantFrom(POLICY, OUTPUTS),
    answer,
    lengths,
    async (policy, { content, calls, gap, late }, lengths) => {
      const said = content + late;
      const tools = calls.map(([name, args], at) => toolCall(`c${at}`, name, args));
      const whole = completion({ content: said === "" ? null : said, ...(tools.length === 0 ? {} : { tool_calls: tools }) });
      const chunks = [
        chunk({ role: "assistant", refusal: null }),
        ...cut(content, lengths).map((piece) => chunk({ content: piece })),
        ...calls.flatMap(([name, args], at) => {
          const index = gap ? 2 * at : at;
          const start = chunk({ tool_calls: [{ index, id: `c${at}`, type: "function", function: { name, arguments: "" } }] });
          return [start, ...cut(args, lengths).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] }))];
        }),
        ...cut(late, lengths).map((piece) => chunk({ content: piece })),
        chunk({}, tools.length === 0 ? "stop" : "tool_calls"),
      ];
      const events = chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("") + DONE;
      const one = await clientOf(policy, JSON.stringify(whole), "application/json");
      const other = await clientOf(policy, events, "text/event-stream");
      const { finish_reason: end, message } = (await one.client.chat.completions.create(asked())).choices[0] ?? {};
      const streamed = (await other.client.chat.completions.stream(asked()).finalChatCompletion()).choices[0];
      expect(streamed?.message.content ?? null).toBe(message?.content ?? null);
      expect([streamed?.finish_reason, streamed?.message.tool_calls ?? []]).toEqual([end, message?.tool_calls ?? []]);
      expect(await other.records()).toEqual(await one.records());
    },
  );
  await fc.assert(property, { numRuns: 150 });
});
