/** Why a condition has no value: a missing key, unlike types, a division by zero. `&&` and `||` may absorb it. */
export class ConditionError extends Error {
  override readonly name: string = "ConditionError";
}

/** A condition took more steps than it may; nothing absorbs this. */
export class StepsExceeded extends ConditionError {
  override readonly name: string = "StepsExceeded";
}

/** The error that `&&`, `||`, `exists` and `all` may absorb; throws everything else again. */
export function absorbable(error: unknown): ConditionError {
  if (error instanceof ConditionError && !(error instanceof StepsExceeded)) return error;
  throw error;
}
