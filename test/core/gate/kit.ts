import { createGate, loadPolicy, memoryStore, type Gate, type Session, type SessionInit, type Store } from "@sallyport/core";

/** A policy with one of everything the gate tests need. */
export const POLICY = `
version: 1
name: gate-tests
boundary: { internal: ["@example.com"] }
tools:
  read_email: { effect: read, trust: untrusted }
  get_customer: { effect: read, labels: [customer_data] }
  send_email: { effect: side_effect, destination: args.to }
  refund: { effect: side_effect, destination: none }
  charge: { effect: side_effect, destination: none, idempotent: true }
  export: { effect: read }
rules:
  - { id: inside, tools: [send_email], when: "!external", decide: allow }
  - id: outside
    tools: [send_email]
    when: external
    decide: require_approval
    approval: { by: '"lead" in approver.roles && approver.id != principal.id', expires: 15m, editable: [args.body] }
  - { id: leak, effects: [side_effect, write], when: 'external && "customer_data" in session.labels', decide: deny }
  - { id: refunds, tools: [refund, charge], decide: allow }
  - { id: least, on: result, tools: [get_customer], keep: [id, name] }
  - { id: secret, on: result, tools: [read_email], when: 'result == "secret"', decide: deny, labels: [saw_secret] }
limits:
  - { id: cap, tools: [refund], per: principal.id, window: 1h, amount: args.amount, max: 100, decide: deny }
`;

/** A gate with a clock that tests move. */
export interface Bench {
  readonly gate: Gate;
  readonly store: Store;
  readonly clock: { now: number };
  /** calls that reached a tool, in order */
  readonly ran: string[];
  readonly session: (init?: Partial<SessionInit>) => Session;
  /** A tool that notes that it ran and returns a value. */
  readonly tool: (value?: unknown) => (args: object) => unknown;
}

export const LEA = { id: "lea", roles: ["lead"] };

export async function bench(policy: string = POLICY, wrap: (store: Store) => Store = (store) => store): Promise<Bench> {
  const clock = { now: Date.parse("2026-11-22T10:00:00Z") };
  const store = wrap(memoryStore({ clock: () => clock.now }));
  const gate = await createGate({ policy: loadPolicy(policy), store });
  const ran: string[] = [];
  return {
    gate,
    store,
    clock,
    ran,
    session: (init = {}) => gate.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" }, ...init }),
    tool:
      (value = "done") =>
      (args) => {
        ran.push(JSON.stringify(args));
        return value;
      },
  };
}

/** An outside mail, proposed and pending. */
export const OUTSIDE = { id: "c1", tool: "send_email", args: { to: "bob@out.example", body: "hello" } };
