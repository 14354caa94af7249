/** One part of the page: measured together, shown under one heading. */
export interface Section {
  /** what it is called on the command line: `pnpm bench decisions` */
  readonly name: string;
  readonly title: string;
  /** Measures. `say` shows progress. Rejects where what is to be compared does not agree. */
  readonly measure: (say: (progress: string) => void, args: readonly string[]) => Promise<Finding>;
}

/** What a section found. */
export interface Finding {
  /** Markdown that stands under its heading */
  readonly text: string;
  readonly charts: readonly Chart[];
  /** rows of the table that heads the page */
  readonly targets: readonly Target[];
}

/** A picture beside the page. */
interface Chart {
  /** its name in docs/, such as `bench-decisions.svg` */
  readonly file: string;
  readonly svg: string;
}

/** What was aimed at, and what was measured. */
export interface Target {
  readonly what: string;
  readonly aim: string;
  readonly measured: string;
  readonly met: boolean;
}
