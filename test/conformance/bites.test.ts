import { existsSync } from "node:fs";
import { playCase, readCasesIn, type Driver } from "@sallyport/conformance";
import { describe, expect, it } from "vitest";
import {
  broken,
  DROPS_KEEP,
  FORGETS_THE_BATCH,
  JUDGES_RAW_ARGS,
  LAUNDERS_PROMPTS,
  LEAKS_ERRORS,
  RUNS_TWICE,
  SPEAKS_FREELY,
  TRUSTS_A_YES,
} from "./broken.ts";
import { aiSdkDriver } from "./drivers/ai-sdk.ts";
import { inFile } from "./store.ts";

const CASES = readCasesIn(`${import.meta.dirname}/cases`);

const FLAWS = [
  ["leaks what tools throw", LEAKS_ERRORS, ["errors are inspected like results", "streamed, what a tool throws is inspected"]],
  ["leaks what tools return", DROPS_KEEP, ["keep leaves nothing else, anywhere", "a result that a rule denies is withheld, anywhere"]],
  [
    "shows what the model says as it says it",
    SPEAKS_FREELY,
    [
      "what the model says is masked before anybody sees it, anywhere",
      "streamed, a text that a rule denies is withheld from its first word on",
    ],
  ],
  ["takes prompts for the user's words", LAUNDERS_PROMPTS, ["a prompt that the model wrote for an inner agent proves nothing"]],
  [
    "trusts a native yes",
    TRUSTS_A_YES,
    ["a native yes without a verdict runs nothing, and it waits on", "a native yes before the quorum runs nothing, and it waits on"],
  ],
  ["runs a tool twice", RUNS_TWICE, ["a rule allows", "resumed twice, it runs once"]],
  ["forgets the order of a batch", FORGETS_THE_BATCH, ["what is allowed side by side runs side by side"]],
  [
    "judges args before their schema",
    JUDGES_RAW_ARGS,
    ["a text that the schema makes a number is judged as the number", "defaults of the schema are judged and handed over"],
  ],
] as const;

describe("the corpus bites", () => {
  const statusOf = async (driver: Driver, name: string) => {
    const played = CASES.find((found) => found.name === name);
    if (played === undefined) throw new Error(`there is no case \`${name}\``);
    return (await playCase(driver, played, { store: inFile })).status;
  };

  for (const [what, flaw, names] of FLAWS) {
    it.each(names)(`an adapter that ${what} fails at: %s`, async (name) => {
      expect(await statusOf(broken(aiSdkDriver, flaw), name)).toBe("failed");
      expect(await statusOf(broken(aiSdkDriver, {}), name)).not.toBe("failed");
    });
  }
});

it("excuses at most one cell in ten", () => {
  const excused = CASES.reduce((sum, { differs }) => sum + differs.size, 0);
  expect(CASES.length).toBeGreaterThanOrEqual(60);
  expect(excused).toBeLessThanOrEqual((CASES.length * 4) / 10);
});

it("excuses nothing that no probe shows", () => {
  const excuses = CASES.flatMap(({ differs }) => [...differs.values()]);
  expect(excuses.filter(({ probe, reason }) => !existsSync(probe) || reason === "")).toEqual([]);
});
