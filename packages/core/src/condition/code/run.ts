import type { Facts } from "../facts.ts";
import { StepsExceeded } from "../fault.ts";
import type { Value } from "./value.ts";

/** How many steps one evaluation may take. */
export const MAX_STEPS = 100_000;

/** One evaluation: the steps that are left, and the values of the variables that macros bind. */
export class Run {
  private left: number;
  // most conditions bind none
  private variables: Value[] | undefined;

  constructor(steps: number) {
    this.left = steps;
    this.variables = undefined;
  }

  /** Begins another evaluation, with so many steps. */
  restart(steps: number): void {
    this.left = steps;
  }

  /** Takes steps off; throws StepsExceeded where none are left. */
  charge(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new StepsExceeded(`the condition takes more than ${MAX_STEPS} steps`);
  }

  /** Gives the variable of a slot its value for this round. */
  bind(slot: number, value: Value): void {
    this.variables ??= [];
    this.variables[slot] = value;
  }

  /** The value that the variable of a slot has in this round. */
  variable(slot: number): Value {
    return this.variables?.[slot] ?? null;
  }
}

/** A condition or a part of one, compiled: throws ConditionError where it has no value. */
export type Code = (facts: Facts, run: Run) => Value;
