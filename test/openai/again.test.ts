import { ApprovalRequired, guardTools, shieldClient } from "@sallyport/openai";
import { createGate, loadPolicy, memoryStore } from "@sallyport/core";
import { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { completion, toolCall, type Said } from "./completions.ts";

const POLICY = `
version: 1
name: again
tools:
  note: { effect: write, destination: none }
  pay: { effect: side_effect, destination: none }
rules:
  - { id: notes, tools: [note], decide: allow }
  - { id: payments, tools: [pay], decide: require_approval, approval: { by: '"lead" in approver.roles' } }
`;
const session = { id: "s1", principal: { id: "ann" }, agent: { id: "desk" } };

/** An app that knows nothing but its first message, and a model whose every call has an id of its own. */
async function app(says: (results: number, id: () => string) => Said | "down") {
  const gate = await createGate({ policy: loadPolicy(POLICY), store: memoryStore() });
  const ran: string[] = [];
  let ids = 0;
  let asked = 0;
  const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const { messages }: { messages: readonly { readonly role: string }[] } = await new Response(init?.body ?? null).json();
    asked += 1;
    const said = says(messages.filter(({ role }) => role === "tool").length, () => `call_${ids++}`);
    return said === "down" ? Response.json({ error: { message: "down" } }, { status: 503 }) : Response.json(completion(said));
  };
  const native = (name: string) => ({
    type: "function" as const,
    function: { name, description: name, parameters: {}, parse: JSON.parse, function: async () => `${name} ${ran.push(name)}` },
  });
  const tools = guardTools(gate, [native("note"), native("pay")], { session, onCoverage: () => {} });
  const client = shieldClient(new OpenAI({ apiKey: "none", fetch, maxRetries: 0 }), gate, { session, tools, onCoverage: () => {} });
  return {
    ran,
    asked: () => asked,
    run: async () => client.chat.completions.runTools({ model: "m", messages: [{ role: "user", content: "pay" }], tools }).finalContent(),
    approve: async () => {
      for (const { id } of await gate.approvals.list({ status: "pending" }))
        await gate.approvals.resolve(id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });
    },
  };
}

describe("a run that is started again with the same messages", () => {
  it("goes on from what an earlier turn did, where a later one waits", async () => {
    const desk = await app((results, id) => {
      if (results === 2) return { content: "done" };
      return { tool_calls: [toolCall(id(), results === 0 ? "note" : "pay", {})] };
    });
    await expect(desk.run()).rejects.toBeInstanceOf(ApprovalRequired);
    await desk.approve();
    expect(await desk.run()).toBe("done");
    expect(desk.ran).toEqual(["note", "pay"]);
    expect(desk.asked()).toBe(3);
  });

  it("goes on from its calls, where the model could not be asked what follows", async () => {
    let down = true;
    const desk = await app((results, id) => {
      if (results > 0) return down ? "down" : { content: "done" };
      return { tool_calls: [toolCall(id(), "note", {}), toolCall(id(), "pay", {})] };
    });
    await expect(desk.run()).rejects.toBeInstanceOf(ApprovalRequired);
    await desk.approve();
    await expect(desk.run()).rejects.toThrow("503");
    down = false;
    expect(await desk.run()).toBe("done");
    expect(desk.ran).toEqual(["note", "pay"]);
  });

  it("asks the model anew once it has come to its end", async () => {
    const desk = await app((results, id) => (results > 0 ? { content: "done" } : { tool_calls: [toolCall(id(), "note", {})] }));
    await desk.run();
    await desk.run();
    expect(desk.ran).toEqual(["note", "note"]);
    expect(desk.asked()).toBe(4);
  });
});
