import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { digestOf, portableSha256Hex, sha256Hex } from "../../../packages/core/src/json/sha256.ts";

it("hashes the UTF-8 of its parts, in JavaScript as in Node", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (parts) => {
      const wanted = createHash("sha256").update(parts.join("")).digest("hex");
      expect([sha256Hex(...parts), portableSha256Hex(parts.join(""))]).toEqual([wanted, wanted]);
    }),
  );
  expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(sha256Hex("\ud800")).toBe(portableSha256Hex("\ud800"));
});

it("gives equal values one digest", () => {
  expect(digestOf({ b: 1, a: 1.0 })).toBe(digestOf({ a: 1, b: 1 }));
  expect(digestOf({ a: 1 })).toBe(sha256Hex('{"a":1}'));
});
