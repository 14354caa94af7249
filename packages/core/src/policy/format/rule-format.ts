import { filledNames, selectorKeys, statementKeys } from "./selector-keys.ts";
import type { RecordShape, Shape } from "./shape.ts";

/** What may be decided about a call. */
export const verbs = ["allow", "deny", "require_approval"] as const;
/** What a rule may decide, wherever it stands. */
export const ruleVerbs = ["allow", "deny", "require_approval", "redact"] as const;
/** Where a rule may stand. */
export const places = ["call", "result", "input", "output"] as const;
/** What a limit may decide. */
export const limitVerbs = ["deny", "require_approval"] as const;

const when: Shape = { kind: "condition", yields: "a boolean" };

const approval: RecordShape = {
  kind: "record",
  noun: "approval",
  says: "How a `require_approval` rule is answered.",
  keys: {
    by: {
      says: "who may answer; sees also `approver`",
      shape: when,
      default: "any authenticated approver of the tenant, the principal too",
      example: "'\"lead\" in approver.roles && approver.id != principal.id'",
    },
    quorum: { says: "how many different approvers must approve", shape: { kind: "count" }, default: "`1`", example: "2" },
    expires: { says: "when the call is denied if nobody has answered", shape: { kind: "duration" }, default: "never", example: "15m" },
    editable: {
      says: "what an approver may change in the args",
      shape: { kind: "list", of: { kind: "args-path" }, empty: "allowed" },
      default: "nothing",
      example: "[args.body]",
    },
  },
};

/** One rule. */
export const ruleFormat: RecordShape = {
  kind: "record",
  noun: "rule",
  says: "One statement. It needs at least one of `decide`, `set`, `labels`, `keep` and `detect`. Deny beats require_approval beats allow beats the defaults, whatever the order; only what `set` rules write is written in the order of the file.",
  keys: {
    id: {
      says: "its name in decisions; no other rule or limit has it, and none starts with `default:` or `error:`",
      shape: { kind: "name" },
      required: true,
      example: "external-email",
    },
    on: {
      says: "what it is about: calls, their results (and errors), what is said to the model (`input`), or the agent's final text (`output`)",
      shape: { kind: "choice", of: places },
      default: "`call`",
      example: "result",
    },
    ...selectorKeys,
    when: {
      says: "when it matches; on `result` it sees also `result`, on `input` and `output` it sees `text` and no call, with `detect` also `findings`",
      shape: when,
      default: "always",
      example: "external",
    },
    decide: {
      says: "what is decided where it matches; `require_approval` is for calls only, `redact` for results and output, with `detect`: what was found is replaced by placeholders",
      shape: { kind: "choice", of: ruleVerbs },
      example: "require_approval",
    },
    approval: { says: "how it is answered; with `decide: require_approval` only", shape: approval, example: "{ quorum: 2, expires: 15m }" },
    set: {
      says: "args to write before anything is decided, each from an expression; on calls only",
      shape: { kind: "table", key: { kind: "args-path" }, of: { kind: "condition", yields: "any JSON" }, noun: "value", empty: "refused" },
      example: "{ args.limit: 'has(args.limit) ? min(args.limit, 100) : 100' }",
    },
    keep: {
      says: "what is kept of a result, the rest is removed; on results only",
      shape: { kind: "list", of: { kind: "path" }, empty: "refused" },
      default: "everything",
      example: "[id, invoice.total]",
    },
    labels: { says: "labels that are put on the session after the decision", shape: filledNames, example: "[suspicious]" },
    detect: {
      says: "the rule matches only where one of these detectors finds something: `pii`, `secrets`, `prompt_injection`, `urls`, one kind of these such as `pii.iban`, or a name of `detectors`",
      shape: filledNames,
      example: "[pii, secrets]",
    },
    ...statementKeys,
  },
};

/** One limit. */
export const limitFormat: RecordShape = {
  kind: "record",
  noun: "limit",
  says: "A sum that may not be exceeded within a rolling window. It counts what was claimed: what is pending or denied counts nothing.",
  keys: {
    id: {
      says: "its name in decisions; no other rule or limit has it, and none starts with `default:` or `error:`",
      shape: { kind: "name" },
      required: true,
      example: "refunds",
    },
    ...selectorKeys,
    when: { says: "which calls it is about", shape: when, default: "always", example: "external" },
    per: {
      says: "whose sum it is: one sum for each value",
      shape: { kind: "condition", yields: "a string or a number" },
      required: true,
      example: "principal.id",
    },
    window: { says: "how long a claimed amount counts", shape: { kind: "duration" }, required: true, example: "24h" },
    amount: {
      says: "what a call adds to the sum",
      shape: { kind: "condition", yields: "a number" },
      default: "`1`",
      example: "args.amount",
    },
    max: { says: "the highest sum that is not over", shape: { kind: "amount" }, required: true, example: "1000" },
    decide: {
      says: "what is decided about a call that would go over",
      shape: { kind: "choice", of: limitVerbs },
      required: true,
      example: "require_approval",
    },
    ...statementKeys,
  },
};
