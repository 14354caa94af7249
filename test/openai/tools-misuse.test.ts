import { guardTools, shieldClient } from "@sallyport/openai";
import { describe, expect, it } from "vitest";
import { asked, deskOn } from "./chat-kit.ts";
import { completed, toolCall } from "./completions.ts";
import { emptyWorld, gateOf, modelOf, SESSION, zodToolsOf } from "./tools-kit.ts";

describe("two tools of one name", () => {
  it("are refused: nobody can say whose call it is", async () => {
    const gate = await gateOf();
    const guard = () => guardTools(gate, zodToolsOf(emptyWorld()), { session: SESSION });
    expect(() => guardTools(gate, [...zodToolsOf(emptyWorld()), ...zodToolsOf(emptyWorld())], { session: SESSION })).toThrow(
      "two tools of the name `pay`",
    );
    const { client, server } = await modelOf({ content: "ok" });
    expect(() => shieldClient(client, gate, { session: SESSION, tools: [...guard(), ...guard()] })).toThrow("two tools of the name `pay`");
    await server.close();
  });
});

describe("a guarded function", () => {
  it("runs once where it is called twice for one call", async () => {
    const world = emptyWorld();
    const faults: unknown[] = [];
    const [pay] = guardTools(await gateOf(), zodToolsOf(world), { session: SESSION, onFault: (error) => void faults.push(error) });
    const run: unknown = Reflect.get(Object(pay), "$callback");
    const payment = { to: "bob", amount: 5 };
    const runner = { messages: [{ role: "assistant", tool_calls: [toolCall("c1", "pay", payment)] }] };
    const call = async (): Promise<unknown> => (typeof run === "function" ? Reflect.apply(run, pay, [payment, runner]) : undefined);
    await call();
    expect(await call()).toContain("could not decide (invalid-input)");
    expect(world.paid).toHaveLength(1);
    expect(faults).toHaveLength(1);
  });
});

describe("a tool without a type", () => {
  it("is hidden like any other, and counts as offered", async () => {
    const desk = await deskOn(() => completed({ tool_calls: [toolCall("c1", "look", {})] }));
    const tools = ["nuke", "look"].map((name) => ({ function: { name, parameters: { type: "object" } } }));
    const answer: unknown = await desk.client.post("/chat/completions", { body: { ...asked(), tools } });
    expect(desk.served.requests[0]?.body["tools"]).toEqual([tools[1]]);
    expect(answer).toMatchObject({ choices: [{ message: { tool_calls: [toolCall("c1", "look", {})] } }] });
    await desk.close();
  });
});
