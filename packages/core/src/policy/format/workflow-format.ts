import { filledNames, selectorKeys } from "./selector-keys.ts";
import type { RecordShape } from "./shape.ts";

/** One step of a workflow. */
const stepFormat: RecordShape = {
  kind: "record",
  noun: "step",
  says: "Which call a step is; what is given must all match, and something must be given. A `when` that fails is no match.",
  keys: {
    ...selectorKeys,
    when: {
      says: "when a call is this step; sees what the `when` of a rule on calls sees",
      shape: { kind: "condition", yields: "a boolean" },
      default: "always",
      example: "'args.to == \"audit@firm.example\"'",
    },
  },
};

/** One workflow. */
export const workflowFormat: RecordShape = {
  kind: "record",
  noun: "workflow",
  says: "A preapproved sequence of calls. While a session follows its steps, the require_approval rules that it lifts count as allow where they match the next step's call; deny rules and limits are never lifted. The host app or an approver starts it, never the model. Each step is taken once, in order, when its call completes; the workflow ends where the session claims any other call than a read, where a step's call fails, and where a label comes that is not the step's own tool's.",
  keys: {
    id: {
      says: "its name; no rule, limit or other workflow has it, and none starts with `default:` or `error:`",
      shape: { kind: "name" },
      required: true,
      example: "invoice-digest",
    },
    lifts: {
      says: "the ids of the require_approval rules that it lifts",
      shape: filledNames,
      required: true,
      example: "[external-email]",
    },
    steps: {
      says: "its calls, in order",
      shape: { kind: "list", of: stepFormat, empty: "refused" },
      required: true,
      example: "[{ tools: [crm.list_invoices] }, { tools: [send_email] }]",
    },
  },
};
