/** A policy with everything in it that the format has. */
export const supportDesk: string = String.raw`version: 1
name: support-desk
boundary:                         # what counts as inside; a destination that matches nothing here is external
  internal: ["@example.com", "*.example.com", "10.0.0.0/8"]
tools:                            # the catalog; keys are names or globs
  read_email:       { effect: read, trust: untrusted }              # its results come from outside
  crm.get_customer: { effect: read, labels: [customer_data] }       # its results put this label on the session
  crm.export:       { effect: read, labels: [customer_data], credential: true }
  crm.list_invoices: { effect: read }
  send_email:       { effect: side_effect, destination: args.to }   # CEL: a string, or a list of strings
  http_get:         { effect: read, trust: untrusted, destination: args.url }   # a read that carries data out in its URL
  s3.get_object:    { effect: read, resource: '"s3://" + args.bucket + "/" + args.key' }
  "jira.*":         { effect: write, destination: none }            # nothing leaves
  charge:           { effect: side_effect, idempotent: true, destination: args.account, input: { type: object, properties: { amount: { type: number } } } }
defaults: { read: allow, write: deny, side_effect: deny, unclassified: deny, external: deny, credential: deny }   # the values when left out
rules:
  - id: external-email
    tools: [send_email]           # names or globs; also effects: [side_effect], agents: [globs]; given together: all must match; none: every call
    when: external                # CEL; left out: always
    decide: require_approval      # allow | deny | require_approval
    approval: { by: '"lead" in approver.roles && approver.id != principal.id', quorum: 1, expires: 15m, editable: [args.body] }
    reason: mail leaves the company
    severity: high                # low | medium | high | critical; recorded, changes nothing
    mode: enforce                 # enforce | shadow: shadow is evaluated and recorded, and decides nothing
  - id: no-exfiltration
    effects: [side_effect, write]
    when: external && "customer_data" in session.labels && "untrusted" in session.labels
    decide: deny
  - id: cap-export
    tools: [crm.export]
    set: { args.limit: 'has(args.limit) ? min(args.limit, 100) : 100' }     # rewrites args before anything is decided
  - id: least-data
    on: result                    # call (default) | result | input | output
    tools: [crm.get_customer]
    keep: [id, name, invoice.total]                 # the rest is removed before the model sees it
  - id: mask
    on: result
    detect: [pii, secrets]        # the rule matches where these detectors find something
    decide: redact                # on result and output also: redact
  - id: bypass
    on: input
    detect: [prompt_injection]
    decide: allow
    labels: [suspicious]          # labels may be put by any rule that matches
  - { id: tickets, on: output, detect: [ticket, pii.iban], when: 'size(findings) > 1 && text.contains("TCK")', decide: deny }
  - { id: known-address, tools: [send_email], set: { args.to: reveal(args.to) } }
detectors:
  ticket: { pattern: 'TCK-[0-9]{6}' }
  order: { pattern: '\bo[0-9]{4,12}\b', kind: order-number }
limits:
  - { id: refunds, tools: [stripe.refund], per: principal.id, window: 24h, amount: args.amount, max: 1000, decide: require_approval }
workflows:                        # preapproved; started by the host app or by an approver, never by the model
  - id: invoice-digest
    lifts: [external-email]       # while a session follows the steps, these require_approval rules are lifted; deny and limits never are
    steps: [{ tools: [crm.list_invoices] }, { tools: [send_email], when: 'args.to == "audit@firm.example"' }]
`;
