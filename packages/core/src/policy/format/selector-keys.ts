import type { ChoiceShape, Key, Shape } from "./shape.ts";

/** The effects that a tool can have. */
export const effects = ["read", "write", "side_effect", "unclassified"] as const;
/** How grave a match is; recorded only. */
export const severities = ["low", "medium", "high", "critical"] as const;
/** Whether a statement decides. */
export const modes = ["enforce", "shadow"] as const;

/** A list that says nothing when it is empty. */
export const filledNames: Shape = { kind: "list", of: { kind: "name" }, empty: "refused" };

/** The effects as a shape. */
export const effectShape: ChoiceShape = { kind: "choice", of: effects };

/** The keys by which rules and limits say which calls they are about. */
export const selectorKeys: Readonly<Record<"tools" | "effects" | "agents", Key>> = {
  tools: { says: "the tools it is about: names or globs; left out: every tool", shape: filledNames, example: '[send_email, "crm.*"]' },
  effects: {
    says: "the effects of the tools it is about; left out: every effect",
    shape: { kind: "list", of: effectShape, empty: "refused" },
    example: "[side_effect, write]",
  },
  agents: { says: "the agents whose calls it is about: ids or globs; left out: every agent", shape: filledNames, example: '["support-*"]' },
};

/** The keys that say how a statement is shown and whether it decides. */
export const statementKeys: Readonly<Record<"reason" | "severity" | "mode", Key>> = {
  reason: {
    says: "why; the first deciding statement's reason is the decision's",
    shape: { kind: "text" },
    example: "mail leaves the company",
  },
  severity: { says: "how grave a match is; recorded, changes nothing", shape: { kind: "choice", of: severities }, example: "high" },
  mode: {
    says: "`shadow` is evaluated and recorded, and decides nothing",
    shape: { kind: "choice", of: modes },
    default: "`enforce`",
    example: "shadow",
  },
};
