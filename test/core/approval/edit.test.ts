import { expect, it } from "vitest";
import { changedOutside, editablePaths } from "../../../packages/core/src/approval/edit.ts";
import type { JsonObject } from "../../../packages/core/src/value.ts";
import { asked } from "./sample.ts";

const rules = (...editable: readonly (readonly string[])[]) =>
  editable.map((paths, at) => asked(`rule ${at}`, { editable: paths.map((path) => path.split(".")) }));

it.each<[string, JsonObject, JsonObject, readonly (readonly string[])[], readonly string[]]>([
  ["nothing", { a: 1, b: [1] }, { b: [1], a: 1 }, [[]], []],
  ["what may be", { a: 1 }, { a: 2 }, [["a"]], []],
  ["what one of several paths allows", { a: 1 }, { a: 2 }, [["b", "a"]], []],
  ["what is below an editable one", { a: { b: 1 } }, { a: { b: 2 } }, [["a"]], []],
  ["what is above an editable one", { a: { b: 1, c: 1 } }, { a: 2 }, [["a.b"]], ["args.a"]],
  ["a sibling", { a: { b: 1, c: 1 } }, { a: { b: 2, c: 2 } }, [["a.b"]], ["args.a.c"]],
  ["a namesake elsewhere", { a: { b: 1 }, c: { b: 1 } }, { a: { b: 1 }, c: { b: 2 } }, [["a.b"]], ["args.c.b"]],
  ["what one rule allows and the other does not", { a: 1, b: 1 }, { a: 2, b: 2 }, [["a"], ["a", "b"]], ["args.b"]],
  ["what each rule allows by itself", { a: 1, b: 1 }, { a: 2, b: 2 }, [["a"], ["b"]], ["args.a", "args.b"]],
  ["something added", { a: 1 }, { a: 1, b: null }, [["a"]], ["args.b"]],
  ["something left out", { a: 1, b: null }, { a: 1 }, [["a"]], ["args.b"]],
  ["an object to a list", { a: {} }, { a: [] }, [[]], ["args.a"]],
  ["a value to an object", { a: 1 }, { a: {} }, [[]], ["args.a"]],
  ["an item of a list", { a: [1, 2] }, { a: [1, 3] }, [[]], ["args.a"]],
  ["a number to its text", { a: 1 }, { a: "1" }, [[]], ["args.a"]],
])("an edit changes outside of what it may: %s", (_, before, after, editable, outside) => {
  expect(changedOutside(before, after, rules(...editable))).toEqual(outside);
});

it.each<[readonly (readonly string[])[], readonly string[]]>([
  [[], []],
  [[["a"]], ["args.a"]],
  [[["a.b", "c"]], ["args.a.b", "args.c"]],
  [
    [
      ["a", "b"],
      ["b", "c"],
    ],
    ["args.b"],
  ],
  [[["a.b"], ["c", "a"]], ["args.a.b"]],
  [[["a"], []], []],
  [[["a.b"], ["a.c"]], []],
])("of %j an approver may edit %j", (editable, paths) => {
  expect(editablePaths(rules(...editable))).toEqual(paths);
});
