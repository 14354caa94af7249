import type { Finding } from "./finding.ts";

/** Findings in order; those of one detector that overlap become one over all of it, of the surer (then longer) one's kind. */
export function settle(found: readonly Finding[]): readonly Finding[] {
  if (found.length < 2) return found;
  const sorted = [...found].sort((a, b) => a.start - b.start || b.end - a.end);
  const settled: Finding[] = [];
  const last = new Map<string, number>();
  for (const finding of sorted) {
    const at = last.get(finding.detector);
    const before = at === undefined ? undefined : settled[at];
    if (at !== undefined && before !== undefined && finding.start < before.end) settled[at] = merged(before, finding);
    else last.set(finding.detector, settled.push(finding) - 1);
  }
  return settled;
}

function merged(a: Finding, b: Finding): Finding {
  const surer = b.confidence > a.confidence || (b.confidence === a.confidence && b.end - b.start > a.end - a.start) ? b : a;
  return { ...surer, start: a.start, end: Math.max(a.end, b.end) };
}
