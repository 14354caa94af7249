/** One thing that is wrong in a text that somebody wrote, and where: line and column count from 1. */
export interface Problem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** The kinds of fault; denials are values and never errors. */
export type ErrorCode =
  /** a policy that does not load; `problems` says where and why */
  | "invalid-policy"
  /** a text that cannot be read: a trace line, a record, an option */
  | "invalid-input"
  /** the store could not be read or written, or holds what no store of ours wrote */
  | "store-failed"
  /** something that the framework does and no adapter can enforce, under `strict` */
  | "not-enforceable"
  /** a call that was not run; what frameworks see where they know no other way to say it */
  | "denied";

const brand = Symbol.for("sallyport.error");

/** The one error of Sallyport: a fault with a stable `code`, the problems it found, and the cause. */
export class SallyportError extends Error {
  override readonly name = "SallyportError";
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, options: { readonly problems?: readonly Problem[]; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.problems = options.problems ?? [];
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a thrown value is a SallyportError, also of another copy of this package. */
  static isInstance(value: unknown): value is SallyportError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
