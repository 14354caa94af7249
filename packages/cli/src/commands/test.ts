import type { Policy } from "@sallyport/core";
import { Coverage } from "../cases/coverage.ts";
import { playCase, type Failure } from "../cases/play.ts";
import { readSuite } from "../cases/read.ts";
import { formatCoverage, formatFailure } from "../cases/report.ts";
import { checkMentions, loadSuitePolicy } from "../cases/suite-policy.ts";
import type { Case, Suite } from "../cases/suite.ts";
import type { Command } from "../command/command.ts";
import { findCases } from "../files/find-cases.ts";
import { readTextFile } from "../files/text-file.ts";
import type { Io } from "../io.ts";
import { TEST_HELP } from "./test-help.ts";

/** Plays the cases of policies. */
export const test: Command = {
  name: "test",
  says: "plays `*.test.yaml` cases against their policies",
  operands: { name: "FILE", least: 0, most: Number.POSITIVE_INFINITY },
  options: {
    coverage: { says: "says which rules, limits and defaults no case reaches" },
    json: { says: "JSON on stdout: {ok, cases: [{file, line, name, ok, failures}], coverage?}" },
  },
  help: TEST_HELP,
  async run(input, io) {
    const suites = await Promise.all((await findCases(input.operands)).map(async (file) => readSuite(await readTextFile(file), file)));
    const coverages = await loadPolicies(suites);
    const played = suites.flatMap((suite) => playSuite(suite, coverages));
    const reports = input.flag("coverage")
      ? [...coverages].map(([file, { coverage }]) => ({ policy: file, rows: coverage.rows() }))
      : undefined;
    const failed = played.filter(({ failures }) => failures.length > 0);
    if (input.flag("json"))
      await io.stdout.write(
        `${JSON.stringify({ ok: failed.length === 0, cases: played.map(asJson), ...(reports === undefined ? {} : { coverage: reports }) })}\n`,
      );
    else await report(played, failed, io);
    if (reports !== undefined && !input.flag("json")) await io.stderr.write(formatCoverage(reports, io.style));
    return failed.length === 0 ? 0 : 1;
  },
};

interface PlayedCase {
  readonly file: string;
  readonly case: Case;
  readonly failures: readonly Failure[];
}

interface Covered {
  readonly policy: Policy;
  readonly coverage: Coverage;
}

/** Every policy once, whatever number of files has cases of it; cases that cannot be of theirs are refused. */
async function loadPolicies(suites: readonly Suite[]): Promise<ReadonlyMap<string, Covered>> {
  const first = suites.filter(({ policy }, index) => suites.findIndex((suite) => suite.policy === policy) === index);
  const covered = await Promise.all(
    first.map(async (suite): Promise<[string, Covered]> => {
      const policy = await loadSuitePolicy(suite);
      return [suite.policy, { policy, coverage: new Coverage(policy) }];
    }),
  );
  const found = new Map(covered);
  for (const suite of suites) {
    const policy = found.get(suite.policy)?.policy;
    if (policy !== undefined) checkMentions(suite, policy);
  }
  return found;
}

function playSuite(suite: Suite, coverages: ReadonlyMap<string, Covered>): readonly PlayedCase[] {
  const covered = coverages.get(suite.policy);
  if (covered === undefined) return [];
  return suite.cases.map((one) => ({ file: suite.file, case: one, failures: playCase(covered.policy, one, covered.coverage) }));
}

async function report(played: readonly PlayedCase[], failed: readonly PlayedCase[], io: Io): Promise<void> {
  for (const { file, case: one, failures } of failed) await io.stderr.write(formatFailure(file, one, failures, io.style));
  const passed = `${played.length - failed.length} passed`;
  await io.stderr.write(`${io.style.good(passed)}${failed.length === 0 ? "" : `, ${io.style.bad(`${failed.length} failed`)}`}\n`);
}

function asJson({ file, case: one, failures }: PlayedCase): object {
  return {
    file,
    line: one.at.line,
    name: one.name,
    ok: failures.length === 0,
    failures: failures.flatMap(({ step, differences, reason }) =>
      differences.map(({ key, expected, actual }) => ({
        line: step.at.line,
        step: step.title,
        key,
        expected,
        actual: actual ?? null,
        reason,
      })),
    ),
  };
}
