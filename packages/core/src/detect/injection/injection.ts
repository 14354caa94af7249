import type { Probe, Probes, Report, Sensor } from "../probe.ts";
import { hiddenAt, type Hidden } from "./hidden.ts";
import { probeMarker } from "./markers.ts";
import { compilePhrases, matchPhrases, type PhraseBook } from "./matcher.ts";

/** Instructions to a model in what should be data: what it looks at in the one pass. */
export function injectionSensors(): readonly Sensor[] {
  const book = compilePhrases();
  return [
    { marks: "<[#", open: () => ({ mark: probeMarker }) },
    { marks: "<[", vocabulary: book.words.keys(), open: () => openPhrases(book) },
  ];
}

/** Follows phrases, and notes where a part that people do not see speaks like one for a model. */
function openPhrases(book: PhraseBook): Probes {
  let hidden: Hidden | undefined;
  let tell: Report | undefined;
  let heard = new Set<number>();
  const mark: Probe = (text, at, report) => {
    const found = hiddenAt(text, at);
    if (found === undefined) return at + 1;
    [hidden, tell, heard] = [found, report, new Set()];
    return found.end;
  };
  const word = matchPhrases(book, (at, words) => {
    if (hidden === undefined || at >= hidden.end) return;
    heard.add(words);
    // a single word such as `include` stands in the comments of honest pages too
    if (words !== book.machine && heard.size < 2) return;
    tell?.("hidden-text", hidden.start, hidden.end, 0.8);
    hidden = undefined;
  });
  return { mark, word };
}
