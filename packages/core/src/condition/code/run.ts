import type { Facts } from "../facts.ts";
import { StepsExceeded } from "../fault.ts";
import type { Value } from "./value.ts";

/** How many steps one evaluation may take. */
export const MAX_STEPS = 100_000;

/** One evaluation: the steps that are left, and the values of the variables that macros bind. */
export class Run {
  readonly variables: Value[] = [];
  private left: number;

  constructor(steps: number) {
    this.left = steps;
  }

  /** Takes steps off; throws StepsExceeded where none are left. */
  charge(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new StepsExceeded(`the condition takes more than ${MAX_STEPS} steps`);
  }
}

/** A condition or a part of one, compiled: throws ConditionError where it has no value. */
export type Code = (facts: Facts, run: Run) => Value;
