import { readFileSync } from "node:fs";
import { createGate, loadPolicy, memoryStore, type Session, type Store } from "@sallyport/core";
import { expect, it } from "vitest";

const GUIDE = readFileSync(new URL("../../../../policies/rune-policy.yaml", import.meta.url), "utf8");

async function open(text: string): Promise<{ readonly session: Session; readonly store: Store }> {
  const store = memoryStore();
  const gate = await createGate({ policy: loadPolicy(text, { file: "rune-policy.yaml" }), store, strict: true });
  return { session: gate.session({ id: "s", principal: { id: "ann" }, agent: { id: "policy-agent" } }), store };
}

it("offers what the list allows, and runs nothing else", async () => {
  const { session } = await open(GUIDE);
  expect(await session.offer(["search", "send_email", "summarize", "Search"])).toEqual(["search", "summarize"]);
  const ran: string[] = [];
  for (const tool of ["search", "send_email"]) await session.call({ id: tool, tool, args: {} }, () => ran.push(tool));
  expect(ran).toEqual(["search"]);
});

it("says how grave it is", async () => {
  const { session } = await open(GUIDE);
  const outcome = await session.call({ id: "c", tool: "search", args: { q: "anna.weber@gmail.com" } }, () => "found");
  expect(outcome).toMatchObject({ status: "denied", decision: { rules: ["block-pii.call"], severity: "high" } });
  expect(await session.respond("anna.weber@gmail.com")).not.toContain("@");
});

it("records what it only logs: calls, messages, results and texts", async () => {
  const { session, store } = await open("version: 1.0\nrules: [{ name: seen, scanner: pii, action: log }]\n");
  const mail = "anna.weber@gmail.com";
  await session.observe({ role: "user", content: mail });
  expect(await session.call({ id: "c", tool: "t", args: { mail } }, () => mail)).toMatchObject({ status: "completed", result: mail });
  expect(await session.respond(mail)).toBe(mail);
  const records = await store.read("session//s", 0);
  for (const id of ["seen.call", "seen.input", "seen.result", "seen.output"]) expect(JSON.stringify(records)).toContain(`"${id}"`);
});
