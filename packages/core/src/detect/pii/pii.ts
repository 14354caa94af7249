import type { Sensor, WordProbe } from "../probe.ts";
import { addressAfterWord, addressAtBox, addressBeforeWord, STREETS, WAYS } from "./address.ts";
import { probeEmail } from "./email.ts";
import { probeIban } from "./iban.ts";
import { probeIpv6 } from "./ipv6.ts";
import { probeNumber } from "./number.ts";
import { PASSPORT, passportAfterWord, probeMrz } from "./passport.ts";

/** Personal data: what it looks at in the one pass. */
export function piiSensors(): readonly Sensor[] {
  return [
    { open: () => ({ digits: probeNumber, run: probeIban }) },
    { marks: "@", open: () => ({ mark: probeEmail }) },
    { marks: ":", open: () => ({ mark: probeIpv6 }) },
    { marks: "<", open: () => ({ mark: probeMrz }) },
    { vocabulary: [...STREETS, ...WAYS, ...PASSPORT, "box"], open: () => ({ word: probeWord }) },
  ];
}

const probeWord: WordProbe = (text, { word, start, end }, report) => {
  if (PASSPORT.includes(word)) passportAfterWord(text, start, end, report);
  else if (word === "box") addressAtBox(text, start, end, report);
  else if (WAYS.includes(word)) addressAfterWord(text, start, end, report);
  else addressBeforeWord(text, start, end, report);
};
