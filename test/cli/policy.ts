/** A policy with one of each: what the tests of the command line play. */
export const POLICY = `version: 1
name: desk
boundary: { internal: ["@example.com"] }
tools:
  read_email: { effect: read, trust: untrusted }
  crm.get: { effect: read, labels: [customer_data] }
  send_email: { effect: side_effect, destination: args.to, labels: [mailed] }
  note: { effect: write, destination: none }
  refund: { effect: side_effect, destination: none }
  drop: { effect: write, destination: none }
rules:
  - id: external-email
    tools: [send_email]
    when: external
    decide: require_approval
    approval: { by: '"lead" in approver.roles && approver.id != principal.id', expires: 15m, editable: [args.body] }
    reason: mail leaves the company
  - { id: internal-email, tools: [send_email], when: "!external", decide: allow }
  - { id: no-exfiltration, effects: [side_effect], when: 'external && "customer_data" in session.labels && "untrusted" in session.labels', decide: deny }
  - { id: cap-note, tools: [note], when: has(args.size), set: { args.size: 'min(args.size, 10)' } }
  - { id: notes, tools: [note], decide: allow }
  - { id: flagged, tools: [note], when: has(args.flag), labels: [flagged] }
  - { id: no-flag, tools: [note], when: '"flagged" in session.labels && has(args.secret)', decide: deny }
  - { id: refunds-fine, tools: [refund], decide: allow }
  - { id: two, tools: [refund], when: args.amount >= 50, decide: require_approval, approval: { quorum: 2 } }
  - { id: drops, tools: [drop], decide: require_approval, approval: { quorum: 2, by: '"sre" in approver.roles', editable: [args.table] } }
  - { id: big-drops, tools: [drop], when: args.rows > 10, decide: require_approval, severity: high }
  - { id: least-data, on: result, tools: [crm.get], keep: [id, name] }
limits:
  - { id: refunds, tools: [refund], per: principal.id, window: 1h, amount: args.amount, max: 100, decide: deny }
`;
