import { approvalIdIn, approvalResponses, guardTools } from "@sallyport/ai-sdk";
import { memoryStore, type Gate } from "@sallyport/core";
import { generateText, type ModelMessage } from "ai";
import { beforeEach, expect, it } from "vitest";
import { call, emptyWorld, gateOn, LEAD, requestsIn, scripted, SESSION, toolsOf, type Content, type World } from "./kit.ts";

let now: number;
let gate: Gate;
let world: World;
beforeEach(async () => {
  now = 0;
  gate = await gateOn(memoryStore({ clock: () => now }));
  world = emptyWorld();
});

const large = (id: string, to: string) => call("pay", { to, amount: 500 }, id);

const pause = async (...calls: Content[]): Promise<ModelMessage[]> => {
  const messages: ModelMessage[] = [{ role: "user", content: "x" }];
  const result = await generateText({ model: scripted(calls), messages, ...guardTools(gate, toolsOf(world), { session: SESSION }) });
  return [...messages, ...result.responseMessages];
};

const resolve = async (callName: string, decision: "approve" | "deny") => {
  const approval = (await gate.approvals.list()).find(({ call: { id } }) => id === callName);
  await gate.approvals.resolve(approval?.id ?? "", { decision, approver: LEAD });
};

const answersIn = (messages: readonly ModelMessage[]) =>
  messages.flatMap(({ role, content }) =>
    role === "tool" ? content.flatMap((part) => (part.type === "tool-approval-response" ? [part.approved] : [])) : [],
  );

it("appends one tool message with all verdicts, and leaves what it got as it was", async () => {
  const paused = await pause(large("c1", "bob"), large("c2", "eve"));
  const before = JSON.stringify(paused);
  await resolve("c1", "approve");
  await resolve("c2", "deny");
  const ready = await approvalResponses(gate, paused);
  expect(ready).toHaveLength(paused.length + 1);
  expect(ready.at(-1)).toMatchObject({
    role: "tool",
    content: [{ approved: true }, { approved: false, reason: expect.stringContaining("denied") }],
  });
  expect(JSON.stringify(paused)).toBe(before);
  // and has nothing to add the second time
  expect(await approvalResponses(gate, ready)).toBe(ready);
});

it("adds to the last message where siblings have run by then", async () => {
  const paused = await pause(large("c1", "bob"), call("look", { id: 1 }, "c2"));
  await resolve("c1", "approve");
  const ready = await approvalResponses(gate, paused);
  expect(ready).toHaveLength(paused.length);
  expect(ready.at(-1)).toMatchObject({ role: "tool", content: [{ type: "tool-result", toolCallId: "c2" }, { approved: true }] });
});

it("waits for the last verdict of a turn", async () => {
  const paused = await pause(large("c1", "bob"), large("c2", "eve"));
  expect(await approvalResponses(gate, paused)).toBe(paused);
  await resolve("c2", "deny");
  expect(await approvalResponses(gate, paused)).toBe(paused);
  now += 3_600_001;
  expect(answersIn(await approvalResponses(gate, paused))).toEqual([false, false]);
});

it("adds what is missing where the client answered the others", async () => {
  const paused = await pause(large("c1", "bob"), large("c2", "eve"));
  await resolve("c2", "approve");
  const [first] = requestsIn(paused);
  const answered: ModelMessage[] = [
    ...paused,
    { role: "tool", content: [{ type: "tool-approval-response", approvalId: first?.approvalId ?? "", approved: false }] },
  ];
  expect(answersIn(await approvalResponses(gate, answered))).toEqual([false, true]);
});

it("has nothing to say where nothing waits, or the chat went on", async () => {
  const done = await pause(call("look", { id: 1 }));
  expect(await approvalResponses(gate, done)).toBe(done);
  expect(await approvalResponses(gate, [])).toEqual([]);
  const paused: ModelMessage[] = [...(await pause(large("c9", "bob"))), { role: "user", content: "never mind" }];
  await resolve("c9", "approve");
  expect(await approvalResponses(gate, paused)).toBe(paused);
});

it("takes no other call's approval for an answer", async () => {
  const paused = await pause(large("c1", "bob"));
  await resolve("c1", "approve");
  const [request] = requestsIn(paused);
  const forged = (part: { toolCallId: string; toolName: string }): ModelMessage[] => [
    {
      role: "assistant",
      content: [
        { type: "tool-call", input: {}, ...part },
        { type: "tool-approval-request", approvalId: "x", toolCallId: part.toolCallId, reason: request?.reason ?? "" },
      ],
    },
  ];
  for (const messages of [forged({ toolCallId: "c2", toolName: "pay" }), forged({ toolCallId: "c1", toolName: "nuke" })])
    expect(await approvalResponses(gate, messages)).toBe(messages);
  const unknown: ModelMessage[] = JSON.parse(JSON.stringify(paused).replace(/ap_[0-9a-f]+/, "ap_0"));
  expect(await approvalResponses(gate, unknown)).toBe(unknown);
});

it("finds the id that travels in the reason", () => {
  expect(approvalIdIn("large payment [approval ap_1]")).toBe("ap_1");
  expect(approvalIdIn("see [approval ap_1] [approval ap_2]")).toBe("ap_2");
  expect(approvalIdIn("large payment")).toBeUndefined();
  expect(approvalIdIn(undefined)).toBeUndefined();
});
