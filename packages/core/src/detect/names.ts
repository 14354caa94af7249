/** What each built-in detector can find; in a policy a name is a detector, or one kind of it: `pii`, `pii.iban`. */
export const KINDS = {
  pii: ["email", "phone", "iban", "card", "ssn", "passport", "ip", "address"],
  secrets: [
    "aws-key",
    "github-token",
    "gitlab-token",
    "slack-token",
    "stripe-key",
    "google-key",
    "openai-key",
    "anthropic-key",
    "npm-token",
    "pypi-token",
    "sendgrid-key",
    "twilio-key",
    "azure-key",
    "token",
    "private-key",
    "jwt",
    "url-credentials",
    "password",
    "credential",
  ],
  prompt_injection: ["override", "persona", "prompt-leak", "secrecy", "bypass", "addressed", "role-marker", "hidden-text"],
  urls: ["url", "domain", "mailto", "data-uri", "image"],
} as const;

/** The name of a built-in detector. */
export type BuiltIn = keyof typeof KINDS;

/** A kind of finding of a built-in detector. */
export type KindOf<D extends BuiltIn> = (typeof KINDS)[D][number];

/** The kind of what could not be read: it has no text that a detector could look at. */
export const OPAQUE = "opaque";

/** The names of the built-in detectors. */
export const DETECTORS: readonly BuiltIn[] = ["pii", "secrets", "prompt_injection", "urls"];

/** Whether a name is a built-in detector's. */
export function isBuiltIn(name: string): name is BuiltIn {
  return DETECTORS.some((detector) => detector === name);
}

/** Every name that may stand in a rule's `detect`: detectors, built-in and custom, and the kinds of the built-in ones. */
export function detectorNames(custom: readonly string[]): readonly string[] {
  return [...DETECTORS, ...DETECTORS.flatMap((name) => KINDS[name].map((kind) => `${name}.${kind}`)), ...custom];
}

/** Why a name cannot stand in a rule's `detect`; undefined where it can. */
export function detectorProblem(name: string, custom: readonly string[]): string | undefined {
  if (detectorNames(custom).includes(name)) return undefined;
  const [detector = "", ...kind] = name.split(".");
  const known = DETECTORS.find((candidate) => candidate === detector);
  return known !== undefined && kind.length > 0
    ? `detector \`${known}\` has no kind \`${kind.join(".")}\``
    : `no detector is called \`${name}\``;
}
