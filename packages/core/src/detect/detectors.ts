import { SallyportError } from "../error.ts";
import { compileCustom, type CustomPattern } from "./custom.ts";
import type { Detect, Finding } from "./finding.ts";
import { makeFold } from "./fold.ts";
import { injectionSensors } from "./injection/injection.ts";
import { findInvisible } from "./invisible.ts";
import { DETECTORS, detectorProblem, isBuiltIn, type BuiltIn } from "./names.ts";
import { piiSensors } from "./pii/pii.ts";
import type { Report, Sensor } from "./probe.ts";
import { planScan, scanText } from "./scan.ts";
import { secretSensors } from "./secrets/secrets.ts";
import { settle } from "./settle.ts";
import { urlSensors } from "./urls/urls.ts";

/** A longer text is not looked at: to ask for it throws. In UTF-16 units. */
export const LONGEST_TEXT: number = 16 * 1024 * 1024;

const SENSORS: Readonly<Record<BuiltIn, () => readonly Sensor[]>> = {
  pii: piiSensors,
  secrets: secretSensors,
  prompt_injection: injectionSensors,
  urls: urlSensors,
};

/**
 * Makes detectors ready, all of them in one pass: built-in ones, kinds of them (`pii.iban`), and custom ones by their names.
 * Throws SallyportError `invalid-policy` for a name that none has and a pattern that is none. What it returns throws for a
 * text longer than `LONGEST_TEXT`.
 */
export function compileDetectors(names: readonly string[], custom: readonly CustomPattern[]): Detect {
  const wanted = wantedOf(names, custom);
  const sensors = DETECTORS.filter((name) => wanted.has(name)).flatMap((name) => SENSORS[name]().map((sensor) => ({ name, sensor })));
  const fold = makeFold();
  const plan = planScan(sensors.map(({ sensor }) => sensor));
  const patterns = custom.filter(({ name }) => wanted.has(name)).map(compileCustom);
  return (text) => {
    if (text.length > LONGEST_TEXT)
      throw new SallyportError("invalid-input", `a text of more than ${LONGEST_TEXT} characters is not looked at`);
    const found: Finding[] = [];
    const folded = BEYOND_ASCII.test(text) ? fold(text) : undefined;
    const reportTo = (detector: string, offsets: Uint32Array | undefined): Report =>
      reporter(found, wanted.get(detector), detector, offsets);
    if (sensors.length > 0) {
      const asked = sensors.map(({ name, sensor }) => ({
        probes: sensor.open(),
        marks: sensor.marks ?? "",
        report: reportTo(name, folded?.offsets),
      }));
      scanText(folded?.text ?? text, plan, asked);
    }
    if (folded !== undefined && wanted.has("prompt_injection")) findInvisible(text, reportTo("prompt_injection", undefined));
    for (const pattern of patterns) pattern(text, reportTo(pattern.detector, undefined));
    return settle(found);
  };
}

// oxlint-disable-next-line no-control-regex
const BEYOND_ASCII = /[^\u0000-\u007f]/;

/** For each detector that is asked the kinds that are wanted, or all of them. */
type Wanted = ReadonlyMap<string, ReadonlySet<string> | "all">;

function wantedOf(names: readonly string[], custom: readonly CustomPattern[]): Wanted {
  const wanted = new Map<string, Set<string> | "all">();
  for (const name of names) {
    const problem = detectorProblem(
      name,
      custom.map((pattern) => pattern.name),
    );
    // one that finds nothing because it is none would let everything pass
    if (problem !== undefined) throw new SallyportError("invalid-policy", problem);
    const [detector = "", kind] = isWhole(name, custom) ? [name] : splitName(name);
    const kinds = wanted.get(detector);
    if (kind === undefined) wanted.set(detector, "all");
    else if (kinds !== "all") wanted.set(detector, new Set([...(kinds ?? []), kind]));
  }
  return wanted;
}

function isWhole(name: string, custom: readonly CustomPattern[]): boolean {
  return isBuiltIn(name) || custom.some((pattern) => pattern.name === name);
}

function splitName(name: string): readonly [detector: string, kind: string] {
  const dot = name.indexOf(".");
  return [name.slice(0, dot), name.slice(dot + 1)];
}

function reporter(
  found: Finding[],
  kinds: ReadonlySet<string> | "all" | undefined,
  detector: string,
  offsets: Uint32Array | undefined,
): Report {
  return (kind, start, end, confidence) => {
    if (end <= start || (kinds !== "all" && kinds?.has(kind) !== true)) return;
    if (offsets === undefined) found.push({ detector, kind, start, end, confidence });
    else found.push({ detector, kind, start: offsets[start] ?? 0, end: endIn(offsets, end), confidence });
  };
}

/** Where a finding ends in the original text: behind the whole character that its last one was made of. */
function endIn(offsets: Uint32Array, end: number): number {
  const last = offsets[end - 1];
  let at = end;
  while (offsets[at] === last) at++;
  return offsets[at] ?? 0;
}
