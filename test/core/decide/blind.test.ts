import { expect, it } from "vitest";
import { compileProgram, loadPolicy } from "@sallyport/core";
import { inspect } from "../../../packages/core/src/decide/inspect.ts";
import { REQUEST } from "./requests.ts";

it("what a detector cannot look at is withheld, and labelled all the same", () => {
  const long = "x".repeat(16 * 1024 * 1024 + 1);
  const blind = (rule: string) =>
    inspect(
      compileProgram(loadPolicy(`version: 1\nname: t\ntools: { g: { effect: read } }\nrules: [${rule}]\n`)),
      { ...REQUEST, tool: "g" },
      long,
    );
  expect(blind("{ id: l, on: result, detect: [pii.email], labels: [x] }")).toMatchObject({
    decision: "allow",
    content: long,
    puts: ["x"],
  });
  expect(blind("{ id: k, on: result, detect: [pii.email], keep: [id] }")).toMatchObject({ decision: "deny", rules: ["k"] });
  expect(blind("{ id: a, on: result, detect: [pii.email], decide: allow }")).toMatchObject({ decision: "deny", rules: ["a"] });
});
