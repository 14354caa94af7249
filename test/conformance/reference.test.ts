import { bareDriver, playCase, readCasesIn } from "@sallyport/conformance";
import { describe, expect, it } from "vitest";

const CASES = readCasesIn(`${import.meta.dirname}/cases`);

describe("the reference", () => {
  it.each(CASES.map((played) => [played.name, played] as const))("holds: %s", async (_, played) => {
    const { status, differences } = await playCase(bareDriver, played);
    expect([status, ...differences]).toEqual(["passed"]);
  });
});
