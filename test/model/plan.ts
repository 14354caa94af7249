/** What is to happen, said so that it always meets something: which call it is about is seen when it happens. */
import fc from "fast-check";
import { ARGS, type ArgsName, type Attempt, type Operation, POINTS, PRINCIPALS, SESSIONS } from "./operation.ts";
import { APPROVERS, TOOLS, type Tool, VERSIONS } from "./policies.ts";
import { type CallModel, sessionIn, type World } from "./world.ts";

/** A place for a call, new or known. */
interface Place {
  readonly session: Attempt["session"];
  readonly isNew: boolean;
  /** how many of those that are known to pass over */
  readonly pick: number;
  readonly tool: Tool;
  readonly args: ArgsName;
}

type Spot = Pick<Attempt, "session" | "id" | "tool" | "args">;
type Resolve = (world: World, spot: Spot) => Operation;

/** Operations of one moment, once it is known what they are about. */
export type Plan = (world: World) => readonly Operation[];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Mostly the first, at times one of the others. */
function mostly<const A, const B>(weight: number, usual: A, ...others: readonly B[]): fc.Arbitrary<A | B> {
  return fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const WHAT = [
  ...(["hi", "hi", "long", "wide", "out"] as const).map((args) => ({ tool: "send", args }) as const),
  ...(["hi", "out"] as const).map((args) => ({ tool: "pay", args }) as const),
  ...(["hi", "hi"] as const).map((args) => ({ tool: "ping", args }) as const),
  ...(["look", "file", "fire"] as const).map((tool) => ({ tool, args: "hi" }) as const),
] as const;
const anything = fc.record({ tool: fc.constantFrom(...TOOLS), args: fc.constantFrom(...keysOf(ARGS)) });
const what = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...WHAT) }, { weight: 1, arbitrary: anything });
const place: fc.Arbitrary<Place> = fc
  .record({ session: mostly(6, "s1", ...SESSIONS), isNew: mostly(2, false, true), pick: fc.nat({ max: 2 }), what })
  .map(({ what, ...rest }) => ({ ...what, ...rest }));

const process = fc.nat({ max: 2 });
const rarely = mostly(5, false, true);
const who = mostly(20, "ann", ...PRINCIPALS);

/** Other tools and args than those under the id, at times. */
const attempt = fc
  .record({ process, who, other: fc.oneof({ weight: 15, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: anything }) })
  .map(({ other, ...rest }) => ({ of: (spot: Spot): Attempt => ({ ...rest, ...spot, ...other }) }));

const verdict = fc
  .record({
    process,
    approver: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("lea", "lea", "leo", "bea") },
      { weight: 1, arbitrary: fc.constantFrom(...keysOf(APPROVERS)) },
    ),
    decision: mostly(8, "approve", "deny"),
    edit: mostly(2, undefined, ...keysOf(ARGS)),
    outdated: mostly(10, false, true),
    dies: mostly(10, false, true),
  })
  .map(({ edit, ...rest }): Resolve => (_, { session, id }) => ({
    do: "verdict",
    session,
    id,
    ...rest,
    ...(edit === undefined ? {} : { edit }),
  }));

/** Something about one call. */
const about: fc.Arbitrary<Resolve> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(attempt, rarely).map(([{ of }, resumed]): Resolve => (_, spot) => ({ do: "propose", ...of(spot), resumed })),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(attempt, rarely).map(([{ of }, fails]): Resolve => (_, spot) => ({ do: "call", ...of(spot), fails })),
  },
  {
    weight: 2,
    arbitrary: attempt.map(({ of }): Resolve => (_, spot) => ({ do: "hold", ...of(spot) })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(attempt, fc.constantFrom(...POINTS), fc.boolean()).map(([{ of }, point, lost]): Resolve => (_, spot) => ({
      do: "fault",
      ...of(spot),
      point,
      lost,
    })),
  },
  {
    weight: 2,
    arbitrary: rarely.map((fails): Resolve => (world, { session, id }) => ({ do: "finish", ...(heldIn(world) ?? { session, id }), fails })),
  },
  { weight: 8, arbitrary: verdict },
);

const policy = fc.constantFrom("base", "two", ...VERSIONS).map((to): Resolve => () => ({ do: "policy", to }));
const WAITS = [SECOND, SECOND, 59 * SECOND, MINUTE, MINUTE, 5 * MINUTE, 5 * MINUTE, 10 * MINUTE, 60 * MINUTE];
const wait = fc.constantFrom(...WAITS).map((ms): Resolve => () => ({ do: "wait", ms }));
const restart = process.map((at): Resolve => () => ({ do: "restart", process: at }));
const storm = fc.integer({ min: 6, max: 11 }).map((calls): Resolve => (_, { session }) => ({ do: "storm", session, calls }));

const alone = fc.oneof(
  { weight: 40, arbitrary: about },
  { weight: 7, arbitrary: policy },
  { weight: 5, arbitrary: wait },
  { weight: 1, arbitrary: restart },
  { weight: 1, arbitrary: storm },
);
const close = fc.oneof({ weight: 10, arbitrary: about }, { weight: 1, arbitrary: policy }, { weight: 1, arbitrary: wait });

/** What happens at one moment: one operation, or two or three about one call. */
export const plan: fc.Arbitrary<Plan> = fc
  .tuple(
    place,
    fc.oneof(
      { weight: 3, arbitrary: alone.map((one) => [one]) },
      { weight: 1, arbitrary: fc.array(close, { minLength: 2, maxLength: 3 }) },
    ),
  )
  .map(
    ([at, resolves]) =>
      (world) =>
        resolves.map((resolve) => resolve(world, spotIn(world, at))),
  );

/** The call that a place is about: one that may still run where there is one, the newest first. */
function spotIn(world: World, { session, isNew, pick, tool, args }: Place): Spot {
  const calls = Object.entries(sessionIn(world, session).calls).reverse();
  const live = calls.filter(
    ([, { status }]) => status === "pending" || status === "allowed" || status === "started" || status === "unknown",
  );
  const known = live.length > 0 ? live : calls;
  const picked = known[pick % Math.max(known.length, 1)];
  if (isNew || picked === undefined) return { session, id: `c${calls.length}`, tool, args };
  const [id, call] = picked;
  return { session, id, tool: call.tool, args: call.proposed };
}

/** A call with a run that has not ended. */
function heldIn({ sessions }: World): Pick<Spot, "session" | "id"> | undefined {
  const isHeld = ([, { held }]: readonly [string, CallModel]): boolean => held > 0;
  for (const session of SESSIONS) {
    const found = Object.entries(sessions[session]?.calls ?? {}).find(isHeld);
    if (found !== undefined) return { session, id: found[0] };
  }
  return undefined;
}

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(record).filter((key): key is K => key in record);
}
