/** How much is done to the gate: `full` takes minutes, `short` is part of the tests, `tiny` is for the deliberate faults. */
export const FORMS = {
  full: { workers: 8, approvers: 3, principals: 50, sessions: 500, calls: 5_000, races: 0.3, patience: 900, disk: 2, hangs: 4, stops: 10 },
  short: { workers: 4, approvers: 2, principals: 8, sessions: 40, calls: 300, races: 0.4, patience: 60, disk: 1, hangs: 1, stops: 2 },
  tiny: { workers: 3, approvers: 2, principals: 4, sessions: 12, calls: 100, races: 0.9, patience: 15, disk: 0, hangs: 0, stops: 0 },
} as const satisfies Readonly<Record<string, Form>>;

/** The name of a form. */
export type FormName = keyof typeof FORMS;

/** How much of everything there is. */
export interface Form {
  /** processes that make calls */
  readonly workers: number;
  readonly approvers: number;
  readonly principals: number;
  readonly sessions: number;
  /** different calls; many are made several times */
  readonly calls: number;
  /** how many of them several processes make at the same time, from 0 to 1 */
  readonly races: number;
  /** seconds after which what is not done yet is left to the last round */
  readonly patience: number;
  /** how often the disk fills up, and how often it becomes read-only */
  readonly disk: number;
  /** how often another process holds the store's lock for seconds; with several, one of them longer than a write waits */
  readonly hangs: number;
  /** how often a process is stopped until its claims have ended */
  readonly stops: number;
}

/** Whether a text names a form. */
export function isFormName(text: string): text is FormName {
  return Object.hasOwn(FORMS, text);
}
