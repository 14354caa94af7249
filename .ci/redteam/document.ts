import type { HonestTally, Tally } from "../../packages/cli/src/redteam/tally.ts";
import { chart, type Bar, type Panel } from "./chart.ts";
import type { Score } from "./score.ts";
import { formatShare } from "./wilson.ts";

/** How one policy fares on one suite. */
export interface SuiteRow {
  readonly suite: string;
  readonly policy: string;
  readonly score: Score;
}

/** How one shipped policy fares against our own corpus. */
export interface OwnRow {
  readonly policy: string;
  readonly attacks: Tally;
  readonly honest: HonestTally;
}

/** How the baseline fares on the tools of one domain of our own. */
export interface UnseenRow {
  readonly domain: string;
  readonly tools: number;
  readonly score: Score;
}

/** What was measured, table by table. */
export interface Report {
  readonly suites: readonly SuiteRow[];
  readonly unseen: readonly UnseenRow[];
  readonly own: readonly OwnRow[];
}

/** The public suites as a table. */
export function suiteTable(rows: readonly SuiteRow[]): string {
  const head = [
    "suite",
    "policy",
    "attacks",
    "attack_ran",
    "attack_asked",
    "attack_denied",
    "tasks",
    "benign_broken",
    "benign_asked",
    "asks_per_task",
  ];
  return table(
    head,
    rows.map(({ suite, policy, score }) => [
      suite,
      policy,
      String(score.attacks),
      ...[score.ran, score.asked, score.denied].map((count) => formatShare(count, score.attacks)),
      String(score.benign),
      ...[score.broken, score.benignAsked].map((count) => formatShare(count, score.benign)),
      (score.asks / Math.max(1, score.benign)).toFixed(2),
    ]),
  );
}

/** Tools that nobody tuned for as a table, all of them together in its last row. */
export function unseenTable(rows: readonly UnseenRow[]): string {
  const head = ["domain", "tools", "attacks", "attack_ran", "tasks", "benign_broken", "benign_asked"];
  const sum = (count: (row: UnseenRow) => number): number => rows.reduce((all, row) => all + count(row), 0);
  const each = rows.map(({ domain, tools, score: { attacks, ran, benign, broken, benignAsked } }) =>
    [domain, tools, attacks, ran, benign, broken, benignAsked].map(String),
  );
  const attacks = sum(({ score }) => score.attacks);
  const benign = sum(({ score }) => score.benign);
  const all = [
    "**all**",
    String(sum(({ tools }) => tools)),
    String(attacks),
    formatShare(
      sum(({ score }) => score.ran),
      attacks,
    ),
    String(benign),
    formatShare(
      sum(({ score }) => score.broken),
      benign,
    ),
    formatShare(
      sum(({ score }) => score.benignAsked),
      benign,
    ),
  ];
  return table(head, [...each, all]);
}

/** Our own corpus as a table. */
export function ownTable(rows: readonly OwnRow[]): string {
  const head = ["policy", "attacks played", "ran", "asked", "denied or cut", "open", "honest work", "honest broken", "honest asked"];
  return table(
    head,
    rows.map(({ policy, attacks: { ran, asked, denied, open }, honest }) => {
      const played = ran + asked + denied + open;
      return [
        policy,
        String(played),
        ...[ran, asked, denied, open].map((count) => formatShare(count, played)),
        String(honest.plays),
        ...[honest.broken, honest.asked].map((count) => formatShare(count, honest.plays)),
      ];
    }),
  );
}

/** docs/redteam.md */
export function redteamDocument({ suites, unseen, own }: Report): string {
  return `# Measured: attacks that ran, people who were asked

Made by \`pnpm redteam\`. No model is involved: the "model" of an attack is one that obeys the attacker completely, so what is measured is the policy alone.
Shares with their 95 % intervals (Wilson); a share of 0 of 100 may be up to 0.04.

![attacks and honest tasks, a bar each](redteam.svg)

The thin line in a bar is the interval of its red share.

## Public suites

${suiteTable(suites)}
- **baseline**: the policy that \`sallyport init\` made of the suite's tools, no hand edits. **hand-written**: \`policies/agentdojo-*.yaml\` and the like.
- **attack_ran**: with nobody watching, every call of the attacker that changes something ran. **attack_asked**: one of them waited for a human. **attack_denied**: one of them was denied.
- **benign_broken**: a call of the user's own task was denied. **benign_asked**: a human was asked at least once in the task. **asks_per_task**: how often.
- AgentDojo (MIT, v1.2.2): the pairs of user and injection task whose attack the benchmark's own check confirms. InjecAgent (MIT): our development part, with recorded calls of hijacked models.

The numbers are those of a replay: \`sallyport replay --policy P --approve none\` for attacks, \`all\` for tasks, over the same traces.

## Tools that nobody tuned for

Domains of our own invention (\`test/redteam/unseen\`), each with the policy that \`sallyport init\` made of its tools, no hand edits; counts, and shares for all of them.

${unseenTable(unseen)}
- They were written without a look at the public suites' cases. Thirteen were played while the baseline was being written, and what failed for a general reason was mended.
- Four more (delivery, projects, recruiting, telecom) were first played after that: 2 of 18 attacks ran, 6 of 25 tasks asked. The table has the mends that these four led to.
- No name, phrase or value of a domain stands in \`init\` or in the baseline. Their lists of verbs and nouns are English.

## Our own corpus against the shipped policies and the baselines

\`policies/redteam/\`, what \`sallyport redteam --policy P\` plays against yours. An attack counts once, as the worst way to play it with the policy's tools; honest work counts once for each tool that does it.

${ownTable(own)}
- **baseline for …**: what \`sallyport init\` made of that suite's tools, the same as above.
- **open**: it writes what the attacker wants, nothing leaves, and a rule without a condition lets that tool write anything: a draft, a note.
- **honest broken**, **honest asked**: honest work that the policy denies or asks about. Most of it is meant so: no mail to strangers, no link without a second pair of eyes.
`;
}

/** docs/redteam.svg */
export function redteamChart({ suites, own }: Report): string {
  const attacks = suites.map(({ suite, policy, score }): Bar => ({
    label: `${suite}, ${policy}`,
    bad: score.ran,
    waiting: score.asked,
    good: score.denied,
  }));
  const honest = suites.map(({ suite, policy, score }): Bar => {
    const asked = score.benignAsked;
    return { label: `${suite}, ${policy}`, bad: score.broken, waiting: asked, good: Math.max(0, score.benign - score.broken - asked) };
  });
  const ours = own.map(({ policy, attacks: { ran, asked, denied, open } }): Bar => ({
    label: policy,
    bad: ran,
    waiting: asked,
    good: denied + open,
  }));
  const panels: readonly Panel[] = [
    { heading: "Attacks of public suites", legend: ["ran", "waited for a human", "denied"], bars: attacks },
    { heading: "Honest tasks of public suites", legend: ["broken", "asked a human", "ran"], bars: honest },
    { heading: "Our own attacks, shipped policies and baselines", legend: ["ran", "waited for a human", "denied"], bars: ours },
  ];
  return chart(panels.filter(({ bars }) => bars.length > 0));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  return `${line(head)}${line(head.map(() => "---"))}${rows.map(line).join("")}`;
}
