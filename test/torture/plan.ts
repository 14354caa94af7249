import type { JsonObject } from "@sallyport/core";
import type { Form } from "./form.ts";
import type { Death, Guise } from "./messages.ts";
import { QUORUM, type ToolName } from "./policy.ts";
import { Random } from "./random.ts";

/** One call of the plan. */
export interface PlannedCall {
  readonly session: string;
  readonly principal: string;
  readonly call: string;
  readonly tool: ToolName;
  readonly args: JsonObject;
  /** how long the tool takes, in milliseconds */
  readonly takes: number;
  readonly throws: boolean;
  /** how the process ends that makes it first */
  readonly dies?: Death;
  /** how many processes make it at the same time */
  readonly at: number;
  /** whether it is made again when it has its end */
  readonly again: boolean;
  /** what else is tried under its id */
  readonly attack?: Exclude<Guise, "itself">;
}

const TOOLS: readonly (readonly [ToolName, number])[] = [
  ["look", 14],
  ["note", 22],
  ["pay", 24],
  ["wire", 7],
  ["charge", 12],
  ["refund", 13],
  ["wipe", 8],
];
const DEATHS = ["before the effect", "after the effect", "after the answer"] as const;

/** How many sessions are worked in at the same time: few enough for processes to meet in them. */
const BUSY = 20;

/** All calls, in the order in which they are made first; the same for the same seed. */
export function planCalls(seed: number, form: Form): readonly PlannedCall[] {
  const random = Random.of(seed, "plan");
  const sessions = Array.from({ length: form.sessions }, (_, index) => ({
    session: `s${index}`,
    principal: `p${random.between(1, form.principals)}`,
  }));
  const turn = (index: number): number => Math.floor((index * form.sessions) / form.calls);
  return Array.from({ length: form.calls }, (_, index) => {
    const first = Math.floor((index / form.calls) * Math.max(1, form.sessions - BUSY));
    // each session gets a call, and most get theirs while others are worked in as well
    const at = turn(index) === turn(index - 1) ? first + random.between(0, BUSY - 1) : turn(index);
    const names = sessions[Math.min(at, form.sessions - 1)];
    if (names === undefined) throw new Error(`there is no session ${at}`);
    return planCall(random, { ...names, call: `c${index}` }, index, form.races);
  });
}

function planCall(random: Random, names: Pick<PlannedCall, "session" | "principal" | "call">, index: number, races: number): PlannedCall {
  const tool = random.weighted(TOOLS);
  const attack = attackOn(random, tool);
  // also where the plan is short there are deaths of each kind
  const dies = index % 25 === 7 ? DEATHS[Math.floor(index / 25) % DEATHS.length] : undefined;
  const memo = `${names.call} ${"for this and that ".repeat(random.between(1, 12))}`;
  return {
    ...names,
    tool,
    args: { to: `account-${random.between(1, 99)}`, amount: random.between(20, 60), memo },
    takes: random.chance(0.1) ? random.between(50, 400) : random.between(0, 20),
    throws: random.chance(0.04),
    ...(dies === undefined ? {} : { dies }),
    at: random.chance(races) ? random.between(2, 3) : 1,
    again: random.chance(0.25),
    ...(attack === undefined ? {} : { attack }),
  };
}

function attackOn(random: Random, tool: ToolName): PlannedCall["attack"] {
  const asks = QUORUM[tool] !== undefined;
  if (!random.chance(asks ? 0.5 : 0.05)) return undefined;
  const guises: readonly Exclude<Guise, "itself">[] = asks
    ? ["other args", "other args", "stranger", "resumed"]
    : ["other args", "stranger"];
  return random.oneOf(guises);
}
