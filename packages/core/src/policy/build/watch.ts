import type { RecordShape } from "../format/shape.ts";
import { checkShape } from "../format/conformity.ts";
import type { Report } from "../text/problems.ts";
import type { Written } from "../text/written.ts";

/** A report that passes on what it takes and knows whether it took anything. */
export interface Watch {
  readonly report: Report;
  isClean(): boolean;
}

/** Watches what is reported while one part is built: what has a problem takes no part in the checks across the policy, which would only repeat it. */
export function watch(report: Report): Watch {
  let clean = true;
  return {
    report(at, message) {
      clean = false;
      return report(at, message);
    },
    isClean: () => clean,
  };
}

/** Whether a written value is of a shape; reports nothing. */
export function conforms(written: Written, shape: RecordShape): boolean {
  const silent = watch(() => undefined);
  checkShape(written, shape, shape.noun, silent.report);
  return silent.isClean();
}
