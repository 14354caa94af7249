import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTrace } from "../../packages/cli/src/trace/lines.ts";
import { Player } from "../../packages/cli/src/trace/player.ts";
import { printPlayed } from "../../packages/cli/src/trace/print.ts";
import { readLine } from "../../packages/cli/src/trace/read-line.ts";
import type { TraceLine } from "../../packages/cli/src/trace/trace-line.ts";
import { compileProgram, loadPolicy, SallyportError } from "../../packages/core/src/index.ts";
import type { Json } from "../../packages/core/src/value.ts";
import { runs, within } from "../runs.ts";
import { anyText, grafted, mutated } from "./mutation.ts";
import { POLICIES, TRACES } from "./seeds.ts";
import { watchdog } from "./watchdog.ts";

const dog = watchdog("the reading and playing of traces");
const POLICY = loadPolicy(POLICIES.find((text) => text.includes("name: support-desk")) ?? "");
const PROGRAM = compileProgram(POLICY);
const ENCODER = new TextEncoder();
const LINES: readonly Json[] = TRACES.flatMap((trace) => trace.trim().split("\n")).map((line): Json => JSON.parse(line));

/** Some of the lines, each with other parts at times, in their order. */
const GRAFTED = fc.array(fc.tuple(fc.subarray([...LINES]), grafted(LINES)), { minLength: 1, maxLength: 4 }).map((blocks) =>
  blocks
    .flatMap(([lines, odd]) => [...lines, odd])
    .map((line) => `${JSON.stringify(line)}\n`)
    .join(""),
);

describe("a trace is read and played, or said to be unusable at a line that it has", () => {
  it.each<[string, fc.Arbitrary<Uint8Array>, number]>([
    ["traces with slips", mutated(TRACES).map((text) => ENCODER.encode(text)), 500],
    ["lines with other parts", GRAFTED.map((text) => ENCODER.encode(text)), 500],
    ["any text", anyText().map((text) => ENCODER.encode(text)), 500],
    ["any bytes", fc.uint8Array({ maxLength: 200 }), 300],
    [
      "traces with other bytes",
      fc.tuple(fc.constantFrom(...TRACES), fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
        const bytes = ENCODER.encode(text);
        bytes[at % bytes.length] = byte;
        return bytes;
      }),
      500,
    ],
  ])("%s", { timeout: within(30_000) }, async (_, traces, short) => {
    await fc.assert(
      fc.asyncProperty(traces, fc.array(fc.nat(), { maxLength: 3 }), (bytes, cuts) =>
        dog.watchAsync(new TextDecoder("latin1").decode(bytes), () => check(bytes, cuts)),
      ),
      runs(short),
    );
  });
});

it("the first line that is unusable is the one that is named, also where a later one is not UTF-8", async () => {
  const bytes = Uint8Array.from([0x7b, 0x0a, 0x80, 0x0a]);
  expect(await read([bytes])).toMatch(/^line 1: /);
  await check(bytes, [2]);
});

async function check(bytes: Uint8Array, cuts: readonly number[]): Promise<void> {
  const whole = await read([bytes]);
  expect(await read(cutAt(bytes, cuts)), "it depends on where the bytes are cut").toEqual(whole);
  if (typeof whole === "string") {
    const line = Number(/^line (\d+): ./.exec(whole)?.[1]);
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line, whole).toBeLessThanOrEqual(bytes.filter((byte) => byte === 0x0a).length + 1);
    return;
  }
  checkLines(new TextDecoder().decode(bytes), whole);
  play(whole);
}

/** A line says the same where it is written anew; args that are invalid may be so by what a parser loses. */
function checkLines(text: string, lines: readonly TraceLine[]): void {
  const texts = text.split("\n");
  for (const { number = 0, ...line } of lines) {
    const { act } = line;
    const broken = (act.kind === "call" && !act.call.args.ok) || act.kind === "verdict";
    if (!broken) expect(readLine(JSON.stringify(JSON.parse(texts[number - 1] ?? "")))).toEqual(line);
  }
}

/** The lines, or what is said of the one that is unusable. */
async function read(chunks: readonly Uint8Array[]): Promise<readonly TraceLine[] | string> {
  try {
    return await readTrace(
      (async function* () {
        yield* chunks;
      })(),
    );
  } catch (error) {
    if (SallyportError.isInstance(error) && error.code === "invalid-input") return error.message;
    throw error;
  }
}

/** Nothing that was read makes the player fail but a workflow that the policy does not have; and every line it prints is JSON. */
function play(lines: readonly TraceLine[]): void {
  const player = new Player(POLICY, () => true, PROGRAM);
  for (const line of lines) {
    try {
      player.look(line);
      player.origins(line);
      const played = player.play(line);
      const printed = played === undefined ? undefined : printPlayed(played);
      if (printed !== undefined) expect(JSON.stringify(JSON.parse(printed))).toBe(printed);
      if (played?.kind === "call" && !played.call.args.ok) expect(played.decision).toMatchObject({ decision: "deny", args: null });
    } catch (error) {
      if (!SallyportError.isInstance(error) || line.act.kind !== "workflow") throw error;
    }
  }
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [...places, bytes.length].map((place, index) => bytes.subarray(places[index - 1] ?? 0, place));
}
