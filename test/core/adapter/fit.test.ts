import { checkFit, isSameJson } from "@sallyport/core";
import { describe, expect, it } from "vitest";

const refuses = async (): Promise<undefined> => undefined;
const takes = async (args: unknown): Promise<{ readonly parsed: unknown }> => ({ parsed: args });

describe("args that were decided on", () => {
  it("are not parsed again where nobody changed what was proposed", async () => {
    await expect(checkFit("pay", { a: 1, b: 2 }, refuses, { b: 2, a: 1 })).resolves.toBeUndefined();
  });

  it("fit a tool whose schema takes them as they are", async () => {
    await expect(checkFit("pay", { a: 1 }, takes, { a: 2 })).resolves.toBeUndefined();
  });

  it("do not fit where the schema refuses them, would change them, or cannot say", async () => {
    const denied = { code: "denied", message: expect.stringContaining("`pay` does not take") };
    await expect(checkFit("pay", { a: 1 }, refuses, { a: 2 })).rejects.toMatchObject(denied);
    await expect(checkFit("pay", { a: 1 }, async () => ({ parsed: { a: "1" } }), { a: 2 })).rejects.toMatchObject(denied);
    await expect(checkFit("pay", { a: 1 }, refuses)).rejects.toMatchObject(denied);
    await expect(checkFit("pay", { a: 1 }, async () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  });
});

it("compares values as JSON", () => {
  expect(isSameJson({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
  expect(isSameJson({ a: 1, b: undefined }, { a: 1 })).toBe(true);
  expect(isSameJson({ a: 1 }, { a: "1" })).toBe(false);
  expect(isSameJson({}, undefined)).toBe(false);
});
