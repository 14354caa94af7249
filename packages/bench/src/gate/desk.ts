import { createGate, loadPolicy, type Gate, type JsonObject, type Policy, type Session, type Store } from "@sallyport/core";

/** The desk's policy, as it stands in its file. */
export const DESK = `
version: 1
name: desk
boundary: { internal: ["@example.com"] }
tools:
  crm_find: { effect: read, labels: [customer_data] }
  crm_note: { effect: write, destination: none }
  send_email: { effect: side_effect, destination: args.to }
rules:
  - { id: notes, tools: [crm_note], when: 'size(args.text) <= 2000', decide: allow }
  - { id: test-customers, tools: ["crm_*"], when: 'args.customer.startsWith("test-")', decide: deny }
  - { id: colleagues, tools: [send_email], when: '!external', decide: allow }
  - { id: outsiders, tools: [send_email], when: 'external && "customer_data" in session.labels', decide: require_approval }
`;

/** The same, loaded. */
export const POLICY: Policy = loadPolicy(DESK);

/** A gate of a small desk, as one process has it. */
export async function deskOn(store: Store): Promise<Gate> {
  return createGate({ policy: POLICY, store });
}

/** A chat of the desk. */
export function chatOf(gate: Gate, id: string): Session {
  return gate.session({ id, principal: { id: "ann", roles: ["support"] }, agent: { id: "desk" } });
}

/** A tool that does nothing, and is waited for as any tool. */
export async function noTool(): Promise<string> {
  return "noted";
}

/** The args of a call of it. */
export function noteArgs(call: number): JsonObject {
  return { customer: "c-104207", text: `asked where order ${call} is; it left on Tuesday, and is late by two days`, urgent: false };
}

/** Calls the tool that does nothing, through the gate; rejects where it did not run. */
export async function note(session: Session, call: number): Promise<void> {
  const { status } = await session.call({ id: `c${call}`, tool: "crm_note", args: noteArgs(call) }, noTool);
  if (status !== "completed") throw new Error(`call ${call} was not completed: ${status}`);
}

/** Calls it as often, one call after the other. */
export async function notes(session: Session, first: number, count: number): Promise<void> {
  for (let call = first; call < first + count; call++) await note(session, call);
}
