import { expect, it } from "vitest";
import { Recent } from "../../../packages/core/src/gate/recent.ts";

it("keeps what was used last, and makes room for it", () => {
  const recent = new Recent<string>();
  let made = 0;
  const use = (name: string): string => recent.of(name, () => `${name}/${++made}`);
  expect([use("a"), use("a")]).toEqual(["a/1", "a/1"]);
  // a is used along with the first thousand others, and with the second
  for (let at = 0; at < 1_500; at++) use(`b${at}`);
  expect(use("a")).toBe("a/1");
  for (let at = 0; at < 900; at++) use(`c${at}`);
  expect(recent.get("a")).toBe("a/1");
  for (let at = 0; at < 2_000; at++) use(`d${at}`);
  expect(recent.get("a")).toBeUndefined();
  expect(use("a")).toMatch(/^a\/(?!1$)/);
  expect(recent.get("never")).toBeUndefined();
});

it("looking is no use", () => {
  const recent = new Recent<number>();
  recent.of("a", () => 1);
  for (let at = 0; at < 2_000; at++) {
    recent.get("a");
    recent.of(`b${at}`, () => at);
  }
  expect(recent.get("a")).toBeUndefined();
});
