import type { Command } from "../command/command.ts";
import { loadPolicyFile } from "../files/policy-file.ts";
import type { Io, Sink } from "../io.ts";
import { readLines, readTrace, readTraceLine } from "../trace/lines.ts";
import { approvesOf, Player } from "../trace/player.ts";
import { printPlayed } from "../trace/print.ts";
import { Tally } from "../trace/tally.ts";
import type { TraceLine } from "../trace/trace-line.ts";
import { TRACE_HELP } from "./trace-help.ts";

/** Plays a trace against a policy: one decision a call. */
export const replay: Command = {
  name: "replay",
  says: "a trace on stdin → one decision a call, in order",
  options: {
    policy: { says: "the policy", value: "FILE", required: true },
    approve: { says: "whether calls that need an approval are taken as approved (default: none)", value: "HOW", of: ["none", "all"] },
    stats: { says: "at the end, counts a decision and a rule on stderr" },
  },
  help: `
Nothing runs: the results that the trace brings are what calls that ran returned. A verdict line overrides --approve for
its call. A line that is unusable ends it with exit code 2 and its number; decisions before it may have been printed.
${TRACE_HELP}`,
  async run(input, io) {
    const policy = await loadPolicyFile(input.required("policy"));
    const tally = input.flag("stats") ? new Tally() : undefined;
    if (input.text("approve") === "all") {
      const lines = await readTrace(io.stdin);
      await playLines(lines, new Player(policy, approvesOf("all", lines)), io.stdout, tally);
    } else {
      await playStream(io, new Player(policy, approvesOf("none", [])), tally);
    }
    if (tally !== undefined) await io.stderr.write(tally.format());
    return 0;
  },
};

/** How many lines are played before what came of them is written. */
const BATCH = 2_000;

/** Plays lines as they come in: without approvals nothing later in the trace bears on a decision. */
async function playStream({ stdin, stdout }: Io, player: Player, tally: Tally | undefined): Promise<void> {
  for await (const block of readLines(stdin)) {
    const lines: TraceLine[] = [];
    try {
      for (const line of block) lines.push(readTraceLine(line));
    } finally {
      await playLines(lines, player, stdout, tally);
    }
  }
}

async function playLines(lines: readonly TraceLine[], player: Player, stdout: Sink, tally: Tally | undefined): Promise<void> {
  for (let first = 0; first < lines.length; first += BATCH) {
    const text = lines.slice(first, first + BATCH).map((line) => playLine(line, player, tally));
    await stdout.write(text.join(""));
  }
}

function playLine(line: TraceLine, player: Player, tally: Tally | undefined): string {
  const played = player.play(line);
  if (played === undefined) return "";
  tally?.add(played);
  const printed = printPlayed(played);
  return printed === undefined ? "" : `${printed}\n`;
}
