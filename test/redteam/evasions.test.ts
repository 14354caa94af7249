import { describe, expect, it } from "vitest";
import { decideOn, readEvasions } from "./evasions.ts";

const { policy, evasions } = readEvasions();
const caught = evasions.filter(({ escapes }) => escapes === undefined);
const escaping = evasions.filter(({ escapes }) => escapes !== undefined);

describe("evasions", () => {
  it("are many", () => {
    expect(caught.length).toBeGreaterThanOrEqual(40);
  });

  it.each(caught)("$how: $name, is caught", (evasion) => {
    expect(decideOn(policy, evasion)).toBe("require_approval");
  });

  it.each(escaping)("$how: $name, escapes, and its pairing rule stops it", (evasion) => {
    // that it still escapes is what docs/threat-model.md says
    expect(decideOn(policy, evasion)).toBe("allow");
    expect(evasion.escapes === undefined ? undefined : decideOn(evasion.escapes.policy, evasion)).toMatch(/deny|require_approval/);
  });
});
