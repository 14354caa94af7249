import { type Answer, type Operation, UNKNOWN } from "./operation.ts";
import { type Step, stepOf } from "./steps.ts";
import type { World } from "./world.ts";

/** An operation on its way, and the answer that was seen in the end. */
interface Running {
  readonly step: Step;
  readonly seen: string;
}

/**
 * The worlds that operations at the same time may have led to, out of each of these, with exactly the answers that were seen:
 * none where no order of their steps explains them.
 */
export function explain(
  worlds: readonly World[],
  done: readonly { readonly operation: Operation; readonly answer: Answer }[],
): readonly World[] {
  const running = done.map(({ operation, answer }) => ({ step: stepOf(operation), seen: JSON.stringify(answer) }));
  return distinct(worlds.flatMap((world) => follow(world, running)));
}

/** Worlds that differ. */
function distinct(worlds: readonly World[]): readonly World[] {
  return [...new Map(worlds.map((world) => [JSON.stringify(world), world])).values()];
}

function follow(world: World, running: readonly Running[]): readonly World[] {
  if (running.length === 0) return [world];
  const reached = running.map(({ step }) => step(world));
  // who waits for somebody that nothing more comes of gives up in the end
  if (reached.every((ways) => ways.length === 0)) return running.every(({ seen }) => seen === JSON.stringify(UNKNOWN)) ? [world] : [];
  return distinct(
    reached.flatMap((ways, at) =>
      ways.flatMap((way) => {
        const seen = running[at]?.seen ?? "";
        const others = running.filter((_, other) => other !== at);
        if ("next" in way) return follow(way.world, [...others, { step: way.next, seen }]);
        return JSON.stringify(way.answer) === seen ? follow(way.world, others) : [];
      }),
    ),
  );
}
