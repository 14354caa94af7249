import { loadPolicy, type Policy } from "@sallyport/core";
import { describe, expect, it } from "vitest";
import { scoreSuite, type Score } from "../../.ci/redteam/score.ts";
import { proposeCatalog } from "../../packages/cli/src/init/proposal.ts";
import { writePolicy } from "../../packages/cli/src/init/policy-text.ts";
import { readToolDefinitions } from "../../packages/cli/src/init/tool-definition.ts";
import { readDomains, type Domain } from "./unseen.ts";

/** What `init` proposes for a domain, as it stands. */
function policyOf({ name, tools }: Domain): Policy {
  return loadPolicy(writePolicy(proposeCatalog(readToolDefinitions(JSON.stringify({ tools }))), { name, internal: [] }));
}

/** Measured upper bounds, straight from `init`. */
const BOUNDS = { ran: 0.04, broken: 0, asked: 0.27 };

describe("the baseline on tools that nobody tuned it for", () => {
  const domains = readDomains();
  const scores = domains.map((domain) => ({ domain, score: scoreSuite(policyOf(domain), domain) }));
  const share = (part: (score: Score) => number, of: (score: Score) => number): number => {
    const sum = (count: (score: Score) => number): number => scores.reduce((all, { score }) => all + count(score), 0);
    return sum(part) / sum(of);
  };

  it("is many tools, tasks and attacks", () => {
    expect(domains.length).toBeGreaterThanOrEqual(12);
    expect(domains.flatMap(({ benign }) => benign).length).toBeGreaterThanOrEqual(100);
    expect(domains.flatMap(({ attacks }) => attacks).length).toBeGreaterThanOrEqual(60);
  });

  it.each(scores)("$domain.name: breaks no task", ({ score }) => {
    expect(score.broken).toBe(0);
  });

  it("lets hardly an attack run, and asks seldom", () => {
    expect(
      share(
        (score) => score.ran,
        (score) => score.attacks,
      ),
    ).toBeLessThanOrEqual(BOUNDS.ran);
    expect(
      share(
        (score) => score.broken,
        (score) => score.benign,
      ),
    ).toBe(BOUNDS.broken);
    expect(
      share(
        (score) => score.benignAsked,
        (score) => score.benign,
      ),
    ).toBeLessThanOrEqual(BOUNDS.asked);
  });
});
