import { paintOf, type Style } from "../print/style.ts";
import { formatTable, type Cell } from "../print/table.ts";
import { brief, visible } from "../print/visible.ts";
import type { Attempt, Play } from "./campaign.ts";
import { findingsOf, settledBy, stoppersOf, tallyHonest, tallyOf, worstOf, type Tally } from "./tally.ts";

/** What a campaign found. */
export interface Findings {
  /** the policy's file */
  readonly policy: string;
  readonly attacks: readonly Attempt[];
  readonly honest: readonly Attempt[];
}

/** How many findings are shown with their trace, and how many attacks that they stand for are named. */
const SHOWN = 5;

/** How many of the rules that stopped plays are named. */
const STOPPERS = 6;

/** A report for people: the answer first, then a line a family, then the worst findings with what to do about them. */
export function formatFindings(findings: Findings, style: Style): string {
  const { attacks } = findings;
  const ran = groupsOf(findingsOf(attacks));
  const shown = ran.slice(0, SHOWN).map((group) => formatGroup(group, findings.policy, style));
  const more = ran.length <= SHOWN ? "" : `… and ${ran.length - SHOWN} more; \`--json\` has them all\n`;
  return [
    formatHead(findings, style),
    formatFamilies(attacks, style),
    formatStoppers(attacks),
    formatHonest(findings, style),
    ...shown,
    more,
    formatOpen(attacks),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function formatHead({ policy, attacks }: Findings, style: Style): string {
  const { ran, asked, denied, open, missing } = tallyOf(attacks);
  const played = attacks.length - missing;
  const answer = ran === 0 ? style.good("no attack ran") : style.bad(`${ran} of ${played} attacks ran`);
  const rest = [
    `${denied} denied`,
    `${asked} waited for a human`,
    ...(open === 0 ? [] : [`${open} stay inside, by a rule that allows all`]),
  ];
  const tools = missing === 0 ? "" : `; ${missing} need tools that this policy does not have`;
  return `${style.strong(visible(policy))}: ${answer}; ${rest.join(", ")}${tools}\n`;
}

function formatFamilies(attempts: readonly Attempt[], style: Style): string {
  const families = [...new Set(attempts.map(({ attack }) => attack.family))];
  const head = ["family", "ran", "asked", "denied", "open", "not played"].map((text) => ({ text, paint: style.faint }));
  const rows = families.map((family): readonly Cell[] => {
    const tally = tallyOf(attempts.filter(({ attack }) => attack.family === family));
    return [family, ...cellsOf(tally, style)];
  });
  return formatTable([head, ...rows]);
}

function cellsOf({ ran, asked, denied, open, missing }: Tally, style: Style): readonly Cell[] {
  const cell = (count: number, paint: Style["bad"]): Cell => ({
    text: count === 0 ? "·" : String(count),
    paint: count === 0 ? style.faint : paint,
  });
  return [cell(ran, style.bad), cell(asked, style.waiting), cell(denied, style.good), cell(open, style.faint), cell(missing, style.faint)];
}

function formatStoppers(attempts: readonly Attempt[]): string {
  const stoppers = stoppersOf(attempts);
  if (stoppers.length === 0) return "";
  const named = stoppers.slice(0, STOPPERS).map(([rule, plays]) => `${visible(rule)} ${plays}×`);
  return `stopped by: ${named.join(", ")}${stoppers.length > STOPPERS ? ", …" : ""}\n`;
}

function formatHonest({ honest }: Findings, style: Style): string {
  if (honest.length === 0) return "honest work: none was played\n";
  const { plays, broken, asked, closed } = tallyHonest(honest);
  if (plays === 0) return `${style.bad("honest work: none of it runs")}: a policy that denies everything stops every attack, too\n`;
  const fine = plays - broken - asked;
  const never = closed.length === 0 ? "" : ` (never allowed, not counted: ${closed.map(visible).join(", ")})`;
  const denied = broken === 0 ? style.good("none denied") : style.bad(`${broken} denied`);
  return `honest work: ${fine} of ${plays} run by themselves, ${asked} wait for a human, ${denied}${never}\n`;
}

/** Findings with the same cure: the same tool, let through by the same rules. */
function groupsOf(plays: readonly Play[]): readonly (readonly Play[])[] {
  const groups = new Map<string, Play[]>();
  for (const play of plays) {
    const key = JSON.stringify([play.tool, rulesOf(play)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [play]);
    else group.push(play);
  }
  return [...groups.values()];
}

/** The rules that settled a play: an approval that was had too easily is settled by the rule that asked for it. */
function rulesOf(play: Play): readonly string[] {
  const settled = settledBy(play);
  return [...new Set((settled.length > 0 ? settled : play.calls.slice(-1)).flatMap(({ rules }) => rules))];
}

function formatGroup(group: readonly Play[], policy: string, style: Style): string {
  const [worst] = group;
  if (worst === undefined) return "";
  const { attack, calls, tool, id } = worst;
  const rules = rulesOf(worst).join(", ") || "no rule: none looks at it";
  const others = group.length === 1 ? "" : `; ${group.length - 1} more attacks like it`;
  const head = `${style.bad(attack.severity)}  ${style.strong(visible(tool))} ran: ${attack.title}${others}`;
  const by = `  let through by ${visible(rules)}`;
  const rows = merged(calls).map(({ call, times }): readonly Cell[] => [
    "   ",
    visible(call.tool),
    { text: `${call.decision}${times === 1 ? "" : ` × ${times}`}`, paint: paintOf(style, call.decision) },
    brief(visible(`${JSON.stringify(call.args)}${call.said === undefined ? "" : ` → ${call.said}`}`), 110),
  ]);
  return `${head}\n${by}\n${formatTable(rows)}  close it: ${attack.fix}\n  replay it: sallyport redteam --policy ${visible(policy)} --trace ${visible(id)} | sallyport explain --policy ${visible(policy)}\n`;
}

/** Calls of one tool in a row, decided alike, as one. */
function merged(calls: Play["calls"]): readonly { readonly call: Play["calls"][number]; readonly times: number }[] {
  const rows: { readonly call: Play["calls"][number]; times: number }[] = [];
  for (const call of calls) {
    const last = rows.at(-1);
    const isSame = last?.call.tool === call.tool && last.call.decision === call.decision && last.call.said === call.said;
    if (last !== undefined && isSame) last.times++;
    else rows.push({ call, times: 1 });
  }
  return rows;
}

function formatOpen(attempts: readonly Attempt[]): string {
  const open = attempts.flatMap(({ plays }) => plays.filter(({ outcome }) => outcome === "open"));
  const tools = [...new Set(open.map(({ tool }) => tool))];
  if (tools.length === 0) return "";
  return `open: ${tools.map(visible).join(", ")} may write anything, by a rule without \`when\`, and nothing leaves: fine where a person looks at it later\n`;
}

/** The findings as JSON: one object. */
export function findingsJson({ policy, attacks, honest }: Findings): object {
  const { closed, ...tally } = tallyHonest(honest);
  return {
    policy,
    attacks: tallyOf(attacks),
    benign: { ...tally, closed },
    findings: findingsOf(attacks).map(playJson),
    plays: [...attacks, ...honest].map((attempt) => ({
      attack: attempt.attack.id,
      family: attempt.attack.family,
      title: attempt.attack.title,
      severity: attempt.attack.aim === "harm" ? attempt.attack.severity : null,
      outcome: worstOf(attempt),
      missing: attempt.missing ?? null,
      ways: attempt.plays.map((play) => ({ id: play.id, tool: play.tool, outcome: play.outcome, rules: rulesOf(play) })),
    })),
  };
}

function playJson(play: Play): object {
  const { id, attack, tool, calls } = play;
  const { title, severity, fix } = attack;
  return { id, attack: attack.id, title, severity, tool, rules: rulesOf(play), fix, calls };
}
