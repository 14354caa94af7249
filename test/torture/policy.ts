/** The tools of the torture. */
export type ToolName = "look" | "note" | "pay" | "wire" | "charge" | "refund" | "wipe";

/** How many leads have to say yes to a call of a tool; what is not named needs none. */
export const QUORUM: Readonly<Partial<Record<ToolName, number>>> = { pay: 1, wire: 2 };

/** The limit on refunds. */
export const REFUNDS = { id: "refunds", tool: "refund", window: 3_600_000, max: 100 } as const;

/** The policy of every process. */
export const POLICY = `
version: 1
name: torture
tools:
  look: { effect: read }
  note: { effect: write, destination: none }
  pay: { effect: side_effect, destination: none }
  wire: { effect: side_effect, destination: none }
  charge: { effect: side_effect, destination: none, idempotent: true }
  refund: { effect: side_effect, destination: none }
  wipe: { effect: write, destination: none }
rules:
  - { id: let-through, tools: [note, charge, refund], decide: allow }
  - id: payments
    tools: [pay]
    decide: require_approval
    approval: { by: '"lead" in approver.roles', quorum: ${QUORUM.pay}, expires: 40m, editable: [args.memo, args.amount] }
  - { id: wires, tools: [wire], decide: require_approval, approval: { by: '"lead" in approver.roles', quorum: ${QUORUM.wire}, expires: 40m } }
  - { id: no-wiping, tools: [wipe], decide: deny }
limits:
  - { id: ${REFUNDS.id}, tools: [${REFUNDS.tool}], per: principal.id, window: ${REFUNDS.window / 3_600_000}h, amount: args.amount, max: ${REFUNDS.max}, decide: deny }
`;
