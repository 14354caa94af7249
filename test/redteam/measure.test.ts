import { describe, expect, it } from "vitest";
import { loadPolicy } from "@sallyport/core";
import { chart } from "../../.ci/redteam/chart.ts";
import { redteamChart, redteamDocument, suiteTable, type SuiteRow } from "../../.ci/redteam/document.ts";
import { scoreSuite } from "../../.ci/redteam/score.ts";
import { readSuiteData, SUITES, type SuiteTrace } from "../../.ci/redteam/suite.ts";
import { formatShare, wilson } from "../../.ci/redteam/wilson.ts";

describe("Wilson's interval", () => {
  // known values: Agresti and Coull (1998), and Newcombe (1998), table I
  it.each([
    { hits: 0, of: 10, low: 0, high: 0.2775 },
    { hits: 10, of: 10, low: 0.7225, high: 1 },
    { hits: 1, of: 29, low: 0.0061, high: 0.1718 },
    { hits: 81, of: 263, low: 0.2553, high: 0.3662 },
    { hits: 15, of: 148, low: 0.0624, high: 0.1605 },
    { hits: 0, of: 20, low: 0, high: 0.1611 },
  ])("$hits of $of", ({ hits, of, low, high }) => {
    const found = wilson(hits, of);
    expect(found.share).toBe(hits / of);
    expect(found.low).toBeCloseTo(low, 4);
    expect(found.high).toBeCloseTo(high, 4);
  });

  it("of nothing is everything", () => {
    expect(wilson(0, 0)).toEqual({ share: 0, low: 0, high: 1 });
    expect(formatShare(0, 0)).toBe("0 (0–1)");
  });

  it("is written with what matters", () => {
    expect(formatShare(1, 279)).toBe("0.004 (0.001–0.02)");
  });
});

const session = (id: string, user: readonly string[], attacker: readonly string[]): SuiteTrace => ({
  session: id,
  user,
  attacker,
  lines: [
    { session: id, principal: { id: "ann" }, agent: { id: "a" } },
    ...[...user, ...attacker].map((name) => ({ session: id, call: { id: name, tool: name.replace(/\d$/, ""), args: {} } })),
  ],
});

describe("the score of a suite", () => {
  const policy = loadPolicy(`version: 1
name: t
tools: { read: { effect: read }, ask: { effect: write, destination: none }, no: { effect: write, destination: none } }
rules: [{ id: asks, tools: [ask], decide: require_approval }]
`);

  it("counts traces by their strictest call, and every question to people", () => {
    const suite = {
      name: "t",
      tools: [],
      benign: [session("b1", ["read1", "read2"], []), session("b2", ["ask1", "ask2"], []), session("b3", ["no1", "ask1"], [])],
      attacks: [session("a1", ["read1"], ["read2"]), session("a2", [], ["read1", "ask2"]), session("a3", [], ["ask1", "no2"])],
    };
    expect(scoreSuite(policy, suite)).toEqual({ attacks: 3, ran: 1, asked: 1, denied: 1, benign: 3, broken: 1, benignAsked: 2, asks: 3 });
  });
});

const row: SuiteRow = {
  suite: "s/1",
  policy: "baseline",
  score: { attacks: 10, ran: 1, asked: 4, denied: 5, benign: 4, broken: 0, benignAsked: 1, asks: 2 },
};

describe("the document", () => {
  it("has a line a suite", () => {
    expect(suiteTable([row])).toContain(
      "| s/1 | baseline | 10 | 0.10 (0.02–0.40) | 0.40 (0.17–0.69) | 0.50 (0.24–0.76) | 4 | 0 (0–0.49) | 0.25 (0.05–0.70) | 0.50 |",
    );
    expect(redteamDocument({ suites: [row], unseen: [], own: [] })).toContain("](redteam.svg)");
  });

  it("draws what it counts, for light and dark pages", () => {
    const svg = redteamChart({ suites: [row], unseen: [], own: [] });
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg.match(/<rect class="bad"/g)).toHaveLength(3);
    expect(svg).toContain(">1 / 10<");
  });

  it("escapes what it writes", () => {
    expect(chart([{ heading: "a<b", legend: ["x", "y", "z"], bars: [{ label: "&", bad: 0, waiting: 0, good: 0 }] }])).toContain("a&lt;b");
  });
});

describe("the public suites", () => {
  const data = process.env["SALLYPORT_DATA"];

  it.skipIf(data === undefined).each(SUITES)("%s reads as it is described (set SALLYPORT_DATA to play it)", (name) => {
    const suite = readSuiteData(data ?? "", name);
    const counts = { "agentdojo/banking": [143, 16, 11], "agentdojo/slack": [105, 21, 11], injecagent: [279, 279, 246] };
    expect([suite.attacks.length, suite.benign.length, suite.tools.length]).toEqual(counts[name]);
    expect(suite.attacks.every(({ attacker, lines }) => attacker.length > 0 && lines.length > 2)).toBe(true);
  });
});
