import { annsChat, hear, work, type Desk } from "./desk.ts";
import { callsIn, recordsOf, type LedgerCall } from "./ledger.ts";
import type { Player } from "./model.ts";
import { tell, tellCall, tellTitle } from "./tell.ts";
import type { Attempt, Situation } from "./situations.ts";
import type { Outcome, Row, Section } from "./table.ts";
import { count, type Tally } from "./world.ts";

/** Plays a situation, tells what happens, and checks what came of it. */
export async function play(desk: Desk, situation: Situation, { model, kind }: Player): Promise<Section> {
  const { title, session, says, attempts } = situation;
  tellTitle(title);
  tell(`Ann: ${says}`);
  const before = count(desk);
  await hear(desk, annsChat(session), says);
  await work(desk, annsChat(session), [{ role: "user", content: says }], model);
  const calls = callsIn(await recordsOf(desk.store, session));
  for (const call of calls) tellCall(call);
  const after = count(desk);
  return {
    title,
    rows: attempts.map((attempt) =>
      check(
        attempt,
        kind,
        calls.filter(({ tool }) => tool === attempt.tool),
        before,
        after,
      ),
    ),
  };
}

/** What the scripted model does can be foreseen; of a real one it only stands fast what must never happen. */
function check(
  { tried, outcomes, evidence }: Attempt,
  kind: Player["kind"],
  calls: readonly LedgerCall[],
  before: Tally,
  after: Tally,
): Row {
  const found = outcomesOf(calls);
  const counted = evidence.map(({ of, must, unit }) => ({ n: of(after) - of(before), must, unit }));
  const asFound = found.map(({ decision, rules }) => [decision, rules.join(", ")]);
  const counts = counted.every(({ n, must }) => n === must || (kind === "real" && must > 0));
  return {
    tried,
    outcomes: found.length === 0 ? [{ decision: "not tried", rules: [""] }] : found,
    happened: counted.map(({ n, unit }) => `${n} ${unit}`),
    ok: counts && (kind === "real" || JSON.stringify(asFound) === JSON.stringify(outcomes)),
  };
}

/** Decisions with their rules, and what was cut from results, each once with the number of calls. */
function outcomesOf(calls: readonly LedgerCall[]): readonly Outcome[] {
  const all = calls.flatMap(({ decision, rules, cut }): readonly Outcome[] => [
    { decision, rules },
    ...(cut.length === 0 ? [] : [{ decision: "redact", rules: cut }]),
  ]);
  const groups = Map.groupBy(all, ({ decision, rules }) => `${decision} ${rules.join()}`);
  return [...groups.values()].flatMap(([first, ...more]) =>
    first === undefined
      ? []
      : [{ rules: first.rules, decision: more.length === 0 ? first.decision : `${first.decision} ×${more.length + 1}` }],
  );
}
