import { KINDS } from "../../detect/names.ts";
import { code, tableOf } from "./markdown.ts";

/** The sections of the reference about what several keys do together, each with an example that loads. */
export function guideSections(): readonly string[] {
  return [
    ...section("Origins", ORIGINS, ORIGINS_EXAMPLE),
    ...section("Detectors", DETECTING, DETECTING_EXAMPLE),
    tableOf(["detector", "its kinds"], detectorRows()),
    ...section("Redaction", REDACTION, REDACTION_EXAMPLE),
    ...section("Workflows", WORKFLOWS, WORKFLOWS_EXAMPLE),
  ];
}

function section(title: string, says: readonly string[], example: string): readonly string[] {
  return [`## ${title}`, ...says, ["```yaml", example.trim(), "```"].join("\n")];
}

function detectorRows(): readonly (readonly string[])[] {
  return Object.entries(KINDS).map(([name, kinds]) => [code(name), kinds.map((kind) => code(`${name}.${kind}`)).join(" ")]);
}

const ORIGINS: readonly string[] = [
  "Conditions may ask where a value was seen before the model put it into a call: in the user's words, in system text, in the result of a tool, in text from outside, or nowhere. It is the value that counts, not what the model says about it: every string, number and object key in it is looked for in what the model was shown in this session.",
  "`from_user` and `from_trusted` look strictly, since they open something. `from_untrusted` looks widely, also for values that were taken apart, encoded or spelled with look-alikes, since it closes something. So what hides where a value is from gains nothing: in rules that allow or ask, and in steps of workflows, `from_untrusted` and `unseen` may stand under `&&`, `||`, `exists` and `all` only, and `origins` not at all; in `by` none of the five.",
  "A result that repeats what stood in its call's args proves nothing about it. What a `set` rule wrote by an expression that reads no `args` has the origin `policy`, which is trusted. An approver may endorse a result: values from it then count as trusted for the rest of the session.",
];

const ORIGINS_EXAMPLE = `
tools:
  read_file: { effect: read, trust: untrusted }
  pay: { effect: side_effect, destination: args.recipient }
defaults: { external: require_approval }
rules:
  - { id: pays-as-told, tools: [pay], when: from_user(args.recipient) && from_user(args.amount), decide: allow }
  - id: recipient-from-outside
    tools: [pay]
    when: from_untrusted(args.recipient) || unseen(args.recipient)
    decide: require_approval
    reason: nobody who is trusted named this recipient
`;

const DETECTING: readonly string[] = [
  "A rule with `detect` matches only where one of its detectors finds something: on a call in the args, on a result in what `keep` has left of it, on input and output in the text. Its `when` is asked besides, and sees what was found as `findings`. Strings, numbers and keys are looked through; a part that cannot be read, such as an image, is a finding of the kind `opaque` of every detector that the rule asks.",
  "A name is a detector or one kind of it, such as `pii.iban`. `detectors` adds your own, by a pattern in RE2's syntax.",
  "Detectors miss things. Let them label and redact, and let rules about origins, labels and destinations stop attacks: a detector is never the only thing that does.",
];

const DETECTING_EXAMPLE = `
tools:
  fetch: { effect: read, trust: untrusted }
  send_email: { effect: side_effect, destination: args.to }
detectors:
  ticket: { pattern: 'TCK-[0-9]{6}' }
rules:
  - { id: no-secrets-out, effects: [write, side_effect], detect: [secrets], when: external, decide: deny }
  - { id: bypass, on: result, tools: [fetch], detect: [prompt_injection], labels: [suspicious] }
  - { id: sure-bypass, on: input, detect: [prompt_injection], when: 'findings.exists(f, f.confidence > 0.8)', decide: deny }
  - { id: no-tickets-out, on: output, detect: [ticket], decide: redact }
`;

const REDACTION: readonly string[] = [
  "`decide: redact` stands on results and output, with `detect`: what was found is replaced by placeholders such as `[EMAIL_1]`. The same value has the same placeholder all through the session, so that the model can refer to it without seeing it. What `secrets` finds is kept nowhere, so that nothing reveals it again.",
  "A tool gets the placeholder like anybody else, unless a rule lets it see the value: `reveal(x)` in a value of `set` puts the session's values back in the place of their placeholders. Conditions of all rules, approvers and the tool then see the real value. The model never did: to the functions about origins it was seen nowhere, but `from_untrusted` holds where its placeholder stands in outside text. So where a `when` asks `from_trusted` of a revealed value it is false, also where approvers are told which result the value is from.",
];

const REDACTION_EXAMPLE = `
boundary: { internal: ["@example.com"] }
tools:
  crm.get_customer: { effect: read, labels: [customer_data] }
  send_email: { effect: side_effect, destination: args.to }
rules:
  - { id: mask, on: result, detect: [pii, secrets], decide: redact }
  - { id: mail-knows-addresses, tools: [send_email], set: { args.to: reveal(args.to) } }
  - { id: mail, tools: [send_email], decide: require_approval }
`;

const WORKFLOWS: readonly string[] = [
  'A workflow is a sequence of calls that was approved in advance. The host app starts it in one session (`session.start("invoice-digest")`), by itself or for an approver; no message and no tool can. While the session follows its steps, a rule that the workflow `lifts` counts as `allow` where it matches the call that is the next step. As any allow does, it then beats the defaults; where no lifted rule matches, a default that asks goes on asking. Deny rules, limits, and rules that only count because their `when` failed, are never lifted. A step lifts for all args that its `when` lets through: say there what they must be, or where they must come from, as in `from_user(args.to)`.',
  "Each step is taken once, in order, and the next one comes when its call completes. Reads may come in between. The workflow ends where any other call than a read is claimed, where a step's call fails, where the session gets a label that is not the step's own tool's, and after its last step; from then on the rules ask again. One that was changed in the policy since it was started, or whose rules were, is not followed.",
];

const WORKFLOWS_EXAMPLE = `
boundary: { internal: ["@firm.example"] }
tools:
  crm.list_invoices: { effect: read }
  send_email: { effect: side_effect, destination: args.to }
rules:
  - { id: any-email, tools: [send_email], decide: require_approval }
workflows:
  - id: invoice-digest
    lifts: [any-email]
    steps:
      - { tools: [crm.list_invoices] }
      - { tools: [send_email], when: 'args.to == "audit@firm.example"' }
`;
