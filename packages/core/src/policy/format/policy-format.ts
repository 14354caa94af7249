import { detectorFormat } from "./detector-format.ts";
import { limitFormat, ruleFormat, verbs } from "./rule-format.ts";
import { effectShape } from "./selector-keys.ts";
import type { RecordShape, Shape } from "./shape.ts";
import { workflowFormat } from "./workflow-format.ts";

const verb: Shape = { kind: "choice", of: verbs };

const boundary: RecordShape = {
  kind: "record",
  noun: "boundary",
  says: "What counts as inside; a destination that matches nothing here is external.",
  keys: {
    internal: {
      says: "`@x` and `@*.x`: mail addresses; `x` and `*.x`: hosts; IP ranges such as `10.0.0.0/8`; anything else matches what is exactly equal to it",
      shape: { kind: "list", of: { kind: "text" }, empty: "allowed" },
      required: true,
      example: '["@example.com", "*.example.com", "10.0.0.0/8"]',
    },
  },
};

/** What is known of one tool, or of all tools whose name matches a glob. */
export const toolFormat: RecordShape = {
  kind: "record",
  noun: "tool",
  says: "The catalog: what is known of a tool. A key is a name or a glob, in which `*` matches anything. `effect`, `destination`, `resource`, `idempotent` and `input` come from the most specific key alone; `labels`, `trust: untrusted` and `credential: true` add up over all that match. A tool that no key matches is `unclassified` and untrusted.",
  keys: {
    effect: { says: "what the tool can do", shape: effectShape, required: true, example: "side_effect" },
    trust: {
      says: "`untrusted`: its results come from outside, and put the label `untrusted`",
      shape: { kind: "choice", of: ["trusted", "untrusted"] },
      default: "`trusted`",
      example: "untrusted",
    },
    labels: {
      says: "labels that its results put on the session",
      shape: { kind: "list", of: { kind: "name" }, empty: "allowed" },
      default: "none",
      example: "[customer_data]",
    },
    credential: { says: "whether it bears credentials", shape: { kind: "flag" }, default: "`false`", example: "true" },
    destination: {
      says: "where its data goes; `none`: nothing leaves. What is not a read and declares none is external",
      shape: { kind: "condition", yields: "a string or a list of strings", or: "none" },
      example: "args.to",
    },
    resource: {
      says: "what it is about, as conditions see it",
      shape: { kind: "condition", yields: "a string" },
      default: "`null`",
      example: '\'"s3://" + args.bucket + "/" + args.key\'',
    },
    idempotent: {
      says: "whether it may run again where nobody knows how it ended",
      shape: { kind: "flag" },
      default: "`false`",
      example: "true",
    },
    input: {
      says: "JSON Schema of its args; args that break it are denied, conditions are checked against it",
      shape: { kind: "schema" },
      default: "any object",
      example: "{ type: object, properties: { amount: { type: number } } }",
    },
  },
};

const defaults: RecordShape = {
  kind: "record",
  noun: "defaults",
  says: "What is decided where no rule decides: the strictest of the effect's, of `external` for what is external, and of `credential` for what bears credentials.",
  keys: {
    read: { says: "calls of tools that read", shape: verb, default: "`allow`", example: "allow" },
    write: { says: "calls of tools that write", shape: verb, default: "`deny`", example: "require_approval" },
    side_effect: { says: "calls of tools with side effects", shape: verb, default: "`deny`", example: "require_approval" },
    unclassified: { says: "calls of tools whose effect is not known", shape: verb, default: "`deny`", example: "deny" },
    external: { says: "calls with a destination outside the boundary", shape: verb, default: "`deny`", example: "require_approval" },
    credential: { says: "calls of tools that bear credentials", shape: verb, default: "`deny`", example: "require_approval" },
  },
};

/** The whole file. */
export const policyFormat: RecordShape = {
  kind: "record",
  noun: "policy",
  says: "A policy is one YAML 1.2 document. Loading is strict: everything that is wrong is reported at once, with its line and column, and then nothing loads.",
  keys: {
    version: { says: "the version of this format", shape: { kind: "version" }, required: true, example: "1" },
    name: { says: "what the policy is called", shape: { kind: "name" }, required: true, example: "support-desk" },
    boundary: { says: "what counts as inside", shape: boundary, default: "nothing is inside", example: '{ internal: ["@example.com"] }' },
    tools: {
      says: "the catalog: what is known of the tools",
      shape: { kind: "table", key: { kind: "name" }, of: toolFormat, noun: "tool", empty: "allowed" },
      default: "every tool is `unclassified`",
      example: "{ read_email: { effect: read, trust: untrusted } }",
    },
    defaults: {
      says: "what is decided where no rule decides",
      shape: defaults,
      default: "only reads are allowed",
      example: "{ write: require_approval }",
    },
    rules: {
      says: "the rules",
      shape: { kind: "list", of: ruleFormat, empty: "allowed" },
      default: "none",
      example: "[{ id: no-export, tools: [crm.export], decide: deny }]",
    },
    limits: {
      says: "the limits",
      shape: { kind: "list", of: limitFormat, empty: "allowed" },
      default: "none",
      example:
        "[{ id: refunds, tools: [refund], per: principal.id, window: 24h, amount: args.amount, max: 1000, decide: require_approval }]",
    },
    workflows: {
      says: "preapproved sequences of calls",
      shape: { kind: "list", of: workflowFormat, empty: "allowed" },
      default: "none",
      example: "[{ id: digest, lifts: [external-email], steps: [{ tools: [crm.list] }, { tools: [send_email] }] }]",
    },
    detectors: {
      says: "detectors of your own",
      shape: { kind: "table", key: { kind: "name" }, of: detectorFormat, noun: "detector", empty: "allowed" },
      default: "the built-in ones alone",
      example: "{ ticket: { pattern: 'TCK-[0-9]{6}' } }",
    },
  },
};
