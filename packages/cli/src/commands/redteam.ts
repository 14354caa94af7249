import { didYouMean, isObject, readJson, SallyportError, type JsonObject } from "@sallyport/core";
import type { Command } from "../command/command.ts";
import type { Input } from "../command/input.ts";
import { loadPolicyFile } from "../files/policy-file.ts";
import type { Io } from "../io.ts";
import { actorsOf, type Actors } from "../redteam/actors.ts";
import type { Attack } from "../redteam/attack.ts";
import { Campaign, type Attempt } from "../redteam/campaign.ts";
import { readCorpus } from "../redteam/corpus.ts";
import { findingsJson, formatFindings } from "../redteam/report.ts";
import { tallyOf } from "../redteam/tally.ts";

/** Attacks a policy with the tools that it knows. */
export const redteam: Command = {
  name: "redteam",
  says: "plays attacks against a policy, with the tools that it knows: what ran, what was asked, what was denied",
  options: {
    policy: { says: "the policy", value: "FILE", required: true },
    json: { says: "JSON on stdout: {attacks, benign, findings, plays}" },
    trace: { says: "prints one play as a trace, for `explain` and `replay`", value: "ID" },
    only: { says: "only attacks whose id or family has this word", value: "WORD" },
    principal: { says: "who the user is, as JSON (default: somebody with every role that the policy names)", value: "JSON" },
    context: { says: "facts that the host app passes, as JSON (default: what the policy compares them with)", value: "JSON" },
    corpus: { says: "a folder with attacks of your own (default: those that come with sallyport)", value: "FOLDER" },
  },
  help: `
Nothing runs and no model is asked. Every attack is told by the facts of your catalog (effect, trust, labels, destination,
input), so describe your tools there first. An attack is stopped where a call of it is denied or waits for a human; it is as
bad as the worst way to play it. Honest work that looks like an attack is played as well: a policy that denies everything
stops every attack, too.
Exit code 1 where an attack ran.`,
  async run(input, io) {
    const policy = await loadPolicyFile(input.required("policy"));
    const attacks = await chosenAttacks(input);
    const campaign = new Campaign(policy, actorsFrom(input, actorsOf(policy)));
    if (io.witness === "person")
      await io.stderr.write(`playing ${attacks.length} attacks and honest tasks with ${policy.tools.length} tools …\n\n`);
    const attempts = attacks.map((attack) => campaign.attempt(attack));
    const trace = input.text("trace");
    if (trace !== undefined) return printTrace(trace, attempts, io);
    const aimed = (aim: Attack["aim"]): readonly Attempt[] => attempts.filter(({ attack }) => attack.aim === aim);
    const findings = { policy: input.required("policy"), attacks: aimed("harm"), honest: aimed("use") };
    if (input.flag("json")) await io.stdout.write(`${JSON.stringify(findingsJson(findings))}\n`);
    else await io.stderr.write(formatFindings(findings, io.style));
    return tallyOf(findings.attacks).ran === 0 ? 0 : 1;
  },
};

async function chosenAttacks(input: Input): Promise<readonly Attack[]> {
  const attacks = await readCorpus(input.text("corpus"));
  const word = input.text("only");
  if (word === undefined) return attacks;
  const chosen = attacks.filter(({ id, family }) => id.includes(word) || family.includes(word));
  if (chosen.length > 0) return chosen;
  const words = [...new Set(attacks.flatMap(({ id, family }) => [id, family]))];
  throw new SallyportError("invalid-input", `no attack has \`${word}\` in its id or family${didYouMean(word, words)}`);
}

function actorsFrom(input: Input, guessed: Actors): Actors {
  const [principal, context] = [objectIn(input, "principal"), objectIn(input, "context")];
  const id = principal?.["id"];
  if (principal !== undefined && typeof id !== "string") throw new SallyportError("invalid-input", "`--principal` has no text `id`");
  return {
    ...guessed,
    ...(principal === undefined || typeof id !== "string" ? {} : { principal: { ...principal, id } }),
    ...(context === undefined ? {} : { context }),
  };
}

function objectIn(input: Input, name: string): JsonObject | undefined {
  const text = input.text(name);
  if (text === undefined) return undefined;
  const reading = readJson(text);
  if (reading.ok && isObject(reading.value)) return reading.value;
  throw new SallyportError("invalid-input", `\`--${name}\` is no JSON object: \`${text}\``);
}

/** The play with this id; of an attack's own id the worst one. */
async function printTrace(id: string, attempts: readonly Attempt[], io: Io): Promise<0> {
  const plays = attempts.flatMap((attempt) => attempt.plays);
  const meant = plays.filter((one) => one.id === id || one.attack.id === id || one.id.startsWith(`${id}/`));
  const play = meant.find(({ outcome }) => outcome === "ran") ?? meant[0];
  if (play === undefined) {
    const known = plays.flatMap((one) => [one.id, one.attack.id]);
    const missing = attempts.find(({ attack }) => attack.id === id)?.missing;
    throw new SallyportError(
      "invalid-input",
      `there is no play \`${id}\`${missing === undefined ? didYouMean(id, known) : `: ${missing}`}`,
    );
  }
  await io.stdout.write(play.trace.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return 0;
}
