import type { RecordShape } from "./shape.ts";

/** A detector of the policy's own. */
export const detectorFormat: RecordShape = {
  kind: "record",
  noun: "detector",
  says: "Detectors of the policy's own, by the name that `detect` uses; no name of a built-in detector may be used again.",
  keys: {
    pattern: {
      says: "what it finds: RE2 syntax, which takes time linear in the text (no back references, no look-around); found anywhere in a text",
      shape: { kind: "text" },
      required: true,
      example: "'TCK-[0-9]{6}'",
    },
    kind: {
      says: "what its findings are called, also in placeholders: `[TICKET_1]`",
      shape: { kind: "name" },
      default: "its name",
      example: "ticket",
    },
  },
};
