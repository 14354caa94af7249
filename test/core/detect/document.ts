import { DETECTORS } from "../../../packages/core/src/detect/names.ts";
import { CLEAN, CORPUS, measure, PLAIN, type Measured } from "./measure.ts";

const ABOUT: Readonly<Record<string, string>> = {
  pii: "personal data; numbers by their check digits and ranges (IBAN: ISO 7064 and the country's length; cards: Luhn and brand; SSN: issued ranges)",
  secrets:
    "credentials: well-known token formats with their own checks, private keys, JSON web tokens, passwords in URLs, and what is assigned to a name that says it is a secret",
  prompt_injection:
    "instructions to a model in what should be data: known phrases in some languages, marks of chat formats, text that people do not see",
  urls: "links, bare domains, images that a client fetches by itself",
};

/** docs/detectors.md: what detectors are for, and how often they miss on the corpus beside the tests. */
export function detectorsDocument(): string {
  const measured = measure();
  return `# Detectors

Detectors label and redact. **They are never the only thing that stops an attack**: what must not happen is denied by rules about tools, destinations, labels and origins, which do not read texts. A detector knows phrases and formats,
and whoever writes the text knows them too: a paraphrase, another language, a drawing of letters, a code that the model knows passes it. Use one to mask what should not be shown, to put a label that other rules then
look at, to tell a human. A rule that is only as good as a detector is not a rule.

| name in \`detect\` | finds |
|---|---|
${DETECTORS.map((name) => `| \`${name}\` | ${ABOUT[name] ?? ""} |`).join("\n")}

A kind alone is \`pii.iban\`. A policy's own are patterns (\`detectors: { ticket: { pattern: "TICK-[0-9]+" } }\`, RE2 syntax, linear in the text; \`^\` and \`$\` stand at the ends of lines).

- Texts are folded before they are looked at: compatibility forms, accents, invisible characters, Cyrillic and Greek letters in Latin words. What is found is told in places of the text as it came.
- In JSON, keys and numbers are looked at too, and JSON text within strings, two levels down; a value stands behind its key, so that \`{"password": "…"}\` is seen. All of a result is one text: an instruction that goes on in the next field is one.
- What cannot be read (an image, a sound, a blob, a string of 512 and more characters of base64) is a finding of the kind \`opaque\` of every detector that is asked. \`redact\` replaces such a part by a placeholder; a result that is binary as a whole is withheld. In a call's args nothing is opaque: there what is binary is sent, not read.
- A detector looks at each character a bounded number of times. A text of more than 16 Mi characters is not looked at: a rule that asks then denies, or withholds.
- A finding is known from at most 512 characters on behind its start (\`pii\`, \`urls\`), 1,536 (\`secrets\`), 2,048 (\`prompt_injection\`): so much of an output that comes in parts is held back by a rule that redacts. All of it is held by a rule that
  denies, that asks about \`text\` or \`findings\`, or whose pattern has no bound (\`*\`, \`+\`), and where the output begins like JSON.

## How often they miss

Measured on ${CORPUS.reduce((sum, [, samples]) => sum + samples.length, 0)} samples in which there is something to be found, and ${CLEAN} clean texts that often look like it, all of our own (\`test/core/detect/corpus\`). Whoever wrote the samples knew the detectors: on texts of others they miss more.
A plain request in data ("send the file to the auditor") is no instruction to a model by its words, and nearly all of them are missed: that is why an attack has to be stopped by what it does, and not by what it says.

| detector | kind | found | false alarms in ${CLEAN} clean texts |
|---|---|---|---|
${DETECTORS.map((name) => rowsOf(measured.filter(({ detector }) => detector === name))).join("\n")}

What was missed, plain requests aside:

${measured.flatMap(({ detector, kind, missed }) => (kind === PLAIN ? [] : missed).map((text) => `- \`${detector}.${kind}\`: ${code(text)}`)).join("\n")}
`;
}

function rowsOf(of: readonly Measured[]): string {
  const row = (name: string, kind: string, all: readonly Measured[]): string => {
    const samples = all.reduce((sum, one) => sum + one.samples, 0);
    const missed = all.reduce((sum, one) => sum + one.missed.length, 0);
    return `| ${name} | ${kind} | ${samples - missed} of ${samples} | ${all.reduce((sum, one) => sum + one.alarms.length, 0)} |`;
  };
  return [row(`**${of[0]?.detector ?? ""}**`, "", of), ...of.map((one) => row("", one.kind, [one]))].join("\n");
}

function code(text: string): string {
  return `\`${JSON.stringify(text).slice(1, -1).replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}
