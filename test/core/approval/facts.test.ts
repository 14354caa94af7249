import { expect, it } from "vitest";
import { factsOf } from "../../../packages/core/src/approval/facts.ts";
import type { JsonObject } from "../../../packages/core/src/value.ts";
import { ARGS, session, waitingApproval } from "./sample.ts";

const { facts } = waitingApproval();
const tool = { name: "send_email", effect: "side_effect", trust: "trusted", credential: false, labels: ["mail"] };
const step = { tool: "read_email", effect: "read", decision: "allow", labels: [], rows: 0, bytes: 2 } as const;
const state = session({ labels: ["untrusted"], steps: [step] });
const recorded = (more: JsonObject) => factsOf(state, waitingApproval({ facts: { ...facts, ...more } }), ARGS, 7);

it("are those of when it was asked, with the args and labels of now", () => {
  expect(recorded({})).toEqual({
    tool,
    args: ARGS,
    principal: { id: "ann", roles: ["support"] },
    agent: { id: "desk", version: 2 },
    context: { device: "managed" },
    session: { id: "s", labels: ["untrusted"], steps: [step] },
    destinations: ["bob@out.example"],
    external: true,
    resource: "mail",
    now: 7,
  });
});

it.each<[string, JsonObject, object]>([
  ["a tool that bears credentials", { tool: { ...tool, credential: true } }, { tool: { ...tool, credential: true } }],
  ["a tool of outside text", { tool: { ...tool, trust: "untrusted" } }, { tool: { ...tool, trust: "untrusted" } }],
  ["what is no boolean is not true", { tool: { ...tool, credential: 1 }, external: "true" }, { tool, external: false }],
  ["nothing external", { external: false, destinations: [] }, { external: false, destinations: [] }],
  ["no resource", { resource: null }, { resource: null }],
  ["no context", { context: null }, { context: {} }],
  [
    "ids are those that the session is pinned to",
    { principal: { id: "eve" }, agent: { id: "eve" } },
    { principal: { id: "ann" }, agent: { id: "desk" } },
  ],
  ["claims that are none", { principal: "ann", agent: null }, { principal: { id: "ann" }, agent: { id: "desk" } }],
])("%s", (_, more, wanted) => {
  expect(recorded(more)).toMatchObject(wanted);
});

it("are unknown where they were erased, and nobody's where the session is", () => {
  const { tool: _tool, resource: _resource, ...rest } = facts;
  expect(factsOf(state, waitingApproval({ facts: rest }), ARGS, 7)).toBeUndefined();
  expect(factsOf(state, waitingApproval({ facts: { tool } }), ARGS, 7)).toMatchObject({
    resource: null,
    destinations: [],
    external: false,
  });
  const { pin: _pin, ...nobodys } = session();
  expect(factsOf(nobodys, waitingApproval(), ARGS, 7)).toMatchObject({ principal: { id: "" }, agent: { id: "" }, session: { id: "" } });
});

it.each<[string, JsonObject]>([
  ["`effect` is not read or write or side_effect or unclassified", { tool: { ...tool, effect: "other" } }],
  ["`trust` is not trusted or untrusted", { tool: { ...tool, trust: "other" } }],
  ["`labels` is not a list of texts", { tool: { ...tool, labels: "mail" } }],
  ["`destinations` is not a list of texts", { destinations: [1] }],
])("that no gate wrote are a fault of the store: %s", (message, more) => {
  expect(() => recorded(more)).toThrow(message);
});
