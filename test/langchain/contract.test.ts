import { AIMessage } from "@langchain/core/messages";
import { Command, interrupt, isGraphBubbleUp, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createAgent, fakeModel } from "langchain";
import { expect, it } from "vitest";

// What the adapter takes from LangGraph without its documentation saying so. Where one of these breaks, calls are denied or
// pause again, none runs: find the new place, in pause.ts for the first two and in handed.ts for the third.
const config = { configurable: { thread_id: "t" } };

it("hands every node its `interrupt`, what was stored for it, a bare value and those by id, before any is used", async () => {
  const seen: unknown[] = [];
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("node", async (_, { configurable = {}, ...rest }) => {
      const { resume, nullResume } = Object(configurable["__pregel_scratchpad"]);
      seen.push([[...resume], nullResume, Object.values(configurable["__pregel_resume_map"] ?? {})]);
      expect(Reflect.get(rest, "interrupt")).toBeTypeOf("function");
      for (let at = 0; at < 3; at++) interrupt("which one");
      return {};
    })
    .addEdge(START, "node")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({ messages: [] }, config);
  const paused = await graph.invoke(new Command({ resume: "a" }), config);
  const [{ id = "" } = {}]: readonly { readonly id?: string }[] = Reflect.get(paused, "__interrupt__");
  await graph.invoke(new Command({ resume: { [id]: "b" } }), config);
  expect(seen).toEqual([
    [[], undefined, []],
    [[], "a", []],
    // LangGraph hands a bare value over again: without that, `freshAnswer` could be simpler
    [["a", "b"], "a", ["b"]],
  ]);
});

it("marks the errors by which a node is left", async () => {
  const errors: unknown[] = [];
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("node", async () => {
      try {
        interrupt("wait");
      } catch (error) {
        errors.push(error);
        throw error;
      }
      return {};
    })
    .addEdge(START, "node")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({ messages: [] }, config);
  expect(errors).toMatchObject([{ is_bubble_up: true }]);
  expect(errors.every(isGraphBubbleUp)).toBe(true);
});

it("keeps the run's config, with its context, where hooks of middleware find it", async () => {
  const { ensureConfig } = await import("@langchain/core/runnables");
  const seen: unknown[] = [];
  const note = (): void => void seen.push(Reflect.get(ensureConfig(), "context"));
  const agent = createAgent({
    model: fakeModel().respond(new AIMessage("done")),
    tools: [],
    middleware: [{ name: "look", afterModel: note, wrapModelCall: async (request, handler) => (note(), handler(request)) }],
  });
  await agent.invoke({ messages: [{ role: "user", content: "x" }] }, { ...config, context: { user: "ann" } });
  expect(seen).toEqual([{ user: "ann" }, { user: "ann" }]);
});
