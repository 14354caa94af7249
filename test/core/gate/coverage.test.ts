import { createGate, loadPolicy, memoryStore, type CoverageGap, type Gate } from "@sallyport/core";
import { expect, it, vi } from "vitest";

const open = (strict: boolean, defaults = ""): Promise<Gate> =>
  createGate({
    policy: loadPolicy(`version: 1\nname: desk\ntools: { send_mail: { effect: write } }\n${defaults}`),
    store: memoryStore(),
    strict,
  });

const SAYS: readonly (readonly [CoverageGap["gap"], string])[] = [
  ["client-side", "`sned_mail` has nothing that runs here: its calls are judged, but what the client does cannot be enforced or recorded"],
  [
    "provider-executed",
    "`sned_mail` runs at the model's provider: its calls cannot be denied; leave it out of the tools to keep it from running",
  ],
  ["unguarded", "`sned_mail` is not guarded: its calls do not pass the gate; guard it"],
  ["ungoverned", "`sned_mail` is not governed: what is asked and answered there does not pass the gate"],
];
const UNKNOWN =
  "`sned_mail` is in no key of policy `desk`'s catalog: every call of it is denied unless a rule allows it, did you mean `send_mail`?";

it.each(SAYS)("a strict gate refuses what is %s", async (gap, message) => {
  const gate = await open(true);
  expect(() => gate.report({ tool: "sned_mail", gap }, () => {})).toThrow(expect.objectContaining({ code: "not-enforceable", message }));
});

it("a strict gate takes a tool that the policy does not know: its calls are enforced", async () => {
  const told: CoverageGap[] = [];
  (await open(true)).report({ tool: "sned_mail", gap: "uncatalogued" }, (gap) => told.push(gap));
  expect(told).toEqual([{ tool: "sned_mail", gap: "uncatalogued" }]);
});

it("a gate tells who asks, or warns, each thing once", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  try {
    const gate = await open(false);
    const told: CoverageGap[] = [];
    for (const [gap] of SAYS) gate.report({ tool: "sned_mail", gap }, (one) => told.push(one));
    expect(told.map(({ gap }) => gap)).toEqual(SAYS.map(([gap]) => gap));
    expect(warn).not.toHaveBeenCalled();
    for (const [gap] of [...SAYS, ...SAYS]) gate.report({ tool: "sned_mail", gap });
    gate.report({ tool: "sned_mail", gap: "uncatalogued" });
    expect(warn.mock.calls).toEqual([...SAYS.map(([, says]) => says), UNKNOWN].map((says) => [`sallyport: ${says}`]));
  } finally {
    warn.mockRestore();
  }
});

it("a gate says what becomes of calls that the policy does not know", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  try {
    (await open(false, "defaults: { unclassified: allow }\n")).report({ tool: "x", gap: "uncatalogued" });
    expect(warn.mock.calls).toEqual([["sallyport: `x` is in no key of policy `desk`'s catalog: its calls are unclassified"]]);
  } finally {
    warn.mockRestore();
  }
});
