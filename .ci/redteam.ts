/**
 * `pnpm redteam`: measures policies on public attacks and on our own, prints the tables and writes docs/redteam.md and
 * docs/redteam.svg. The public suites are read from the folder that `SALLYPORT_DATA` names; without it only our own are
 * played, and nothing is written.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { loadPolicy, type Policy } from "@sallyport/core";
import { actorsOf } from "../packages/cli/src/redteam/actors.ts";
import type { Attack } from "../packages/cli/src/redteam/attack.ts";
import { Campaign } from "../packages/cli/src/redteam/campaign.ts";
import { readCorpus } from "../packages/cli/src/redteam/corpus.ts";
import { readDomains } from "../test/redteam/unseen.ts";
import { tallyHonest, tallyOf } from "../packages/cli/src/redteam/tally.ts";
import {
  ownTable,
  redteamChart,
  redteamDocument,
  suiteTable,
  unseenTable,
  type OwnRow,
  type SuiteRow,
  type UnseenRow,
} from "./redteam/document.ts";
import { scoreSuite } from "./redteam/score.ts";
import { readSuiteData, SUITES, type SuiteData } from "./redteam/suite.ts";

/** The policies that were written by hand for a suite. */
const HAND_WRITTEN: Readonly<Record<string, string>> = {
  "agentdojo/banking": "policies/agentdojo-banking.yaml",
  "agentdojo/slack": "policies/agentdojo-slack.yaml",
  injecagent: "policies/injecagent.yaml",
};

/** Policies that are no policy for a desk: they are measured on the suites, or have no catalog. */
const NOT_OURS = ["baseline.yaml", "rune-policy.yaml", ...Object.values(HAND_WRITTEN).map((file) => basename(file))];

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The policy that `sallyport init` makes of tools. */
function baselineFor({ name, tools }: SuiteData): Policy {
  const text = execFileSync(process.execPath, ["--no-warnings", "packages/cli/src/main.ts", "init"], {
    input: JSON.stringify(tools),
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
  });
  return loadPolicy(text, { file: `${name} (init)` });
}

interface Measured {
  readonly suites: readonly SuiteRow[];
  readonly own: readonly OwnRow[];
}

/** A public suite through its baseline and its hand-written policy, and our own attacks with its tools. */
function measureSuite(data: string, name: string, corpus: readonly Attack[]): Measured {
  const suite = readSuiteData(data, name);
  progress(`${name}: ${suite.attacks.length} attacks, ${suite.benign.length} tasks, ${suite.tools.length} tools`);
  const baseline = baselineFor(suite);
  const own = playOwn(`baseline for ${name}`, baseline, corpus);
  const row = { suite: name, policy: "baseline", score: scoreSuite(baseline, suite) };
  const file = HAND_WRITTEN[name];
  if (file === undefined || !existsSync(file)) return { suites: [row], own: [own] };
  const hand = { suite: name, policy: "hand-written", score: scoreSuite(loadPolicy(readFileSync(file, "utf8"), { file }), suite) };
  return { suites: [row, hand], own: [own] };
}

/** The baseline on tools that nobody tuned it for. */
function playUnseen(): readonly UnseenRow[] {
  return readDomains().map((domain) => {
    progress(`${domain.name}: ${domain.attacks.length} attacks, ${domain.benign.length} tasks, ${domain.tools.length} tools`);
    return { domain: domain.name, tools: domain.tools.length, score: scoreSuite(baselineFor(domain), domain) };
  });
}

function playOwn(name: string, policy: Policy, corpus: readonly Attack[]): OwnRow {
  progress(`${name}: ${corpus.length} attacks and honest tasks of our own, ${policy.tools.length} tools`);
  const campaign = new Campaign(policy, actorsOf(policy));
  const attempts = corpus.map((attack) => campaign.attempt(attack));
  const attacks = tallyOf(attempts.filter(({ attack }) => attack.aim === "harm"));
  return { policy: name, attacks, honest: tallyHonest(attempts.filter(({ attack }) => attack.aim === "use")) };
}

function playShipped(corpus: readonly Attack[]): readonly OwnRow[] {
  const files = readdirSync("policies").filter(
    (file) => file.endsWith(".yaml") && !file.endsWith(".test.yaml") && !NOT_OURS.includes(file),
  );
  return files.map((file) => playOwn(file, loadPolicy(readFileSync(`policies/${file}`, "utf8"), { file }), corpus));
}

const corpus = await readCorpus();
const data = process.env["SALLYPORT_DATA"];
const shipped = playShipped(corpus);
const unseen = playUnseen();
if (data === undefined || !existsSync(data)) {
  console.log(unseenTable(unseen));
  console.log(ownTable(shipped));
  progress("the public suites were not played: set SALLYPORT_DATA to a folder with agentdojo/banking, agentdojo/slack and injecagent");
} else {
  const measured = SUITES.map((name) => measureSuite(data, name, corpus));
  const suites = measured.flatMap((one) => one.suites);
  const own = [...shipped, ...measured.flatMap((one) => one.own)];
  console.log(suiteTable(suites));
  console.log(unseenTable(unseen));
  console.log(ownTable(own));
  const report = { suites, unseen, own };
  writeFileSync("docs/redteam.md", redteamDocument(report));
  writeFileSync("docs/redteam.svg", redteamChart(report));
  progress("docs/redteam.md and docs/redteam.svg are written");
}
