import { compileDetectors } from "@sallyport/core/testing";
import { timeOf } from "./measure.ts";
import type { Section } from "./section.ts";
import { figure, tableOf } from "./table.ts";
import { HOSTILE, mailText } from "./texts.ts";

/** What all built-in detectors together cost on clean text and on texts that were made to be slow. */
export const detectors: Section = {
  name: "detectors",
  title: "Detectors",
  async measure(say) {
    say("texts of 10 KB");
    const detect = compileDetectors(["pii", "secrets", "prompt_injection", "urls"], []);
    const clean = mailText(10_240, 7).replaceAll(/\S+@\S+|https?:\S+/g, "word");
    const texts = { "clean text": clean, "mail with addresses and links": mailText(10_240, 7), ...HOSTILE };
    const rows = Object.entries(texts).map(([name, text]) => [name, figure(timeOf(() => detect(text)))]);
    return { text: `All built-in detectors together on 10 KB.\n\n${tableOf(["text", "µs"], rows)}`, charts: [], targets: [] };
  },
};
