import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { problemsOf } from "./problems-of.ts";

/** Policies with few statements, and what is said of them. */
const CASES: readonly (readonly [text: string, problems: readonly string[]])[] = JSON.parse(
  readFileSync(`${import.meta.dirname}/statements.json`, "utf8"),
);

it.each(CASES)("%s", (text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});
