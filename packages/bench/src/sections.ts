import { adapters } from "./adapters/section.ts";
import { chunks } from "./chunks.ts";
import { decisions } from "./decisions/section.ts";
import { detectors } from "./detectors.ts";
import { gate } from "./gate/section.ts";
import { ledger } from "./ledger/section.ts";
import { origins } from "./origins/section.ts";
import { size } from "./size.ts";
import type { Section } from "./section.ts";

/** Every section, in the order of the page. */
export const SECTIONS: readonly Section[] = [decisions, gate, ledger, origins, detectors, chunks, adapters, size];
